import { createHmac } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { AttemptEnd, Transport } from './deliveries.js';
import type { World } from './state.js';
import type { Delivery, DeliveryAttempt, RequestUrls } from './records.js';

/** Posts deliveries to the app's addresses, signed as Slack signs them. */
export function createHttpTransport(world: World, urls: RequestUrls, gone: AbortSignal): Transport {
  return {
    via: () => 'http',
    send: (delivery, attempt) =>
      new Promise((resolve) => {
        const { type, body } = encode(delivery);
        const posted = request(addressOf(urls, delivery), {
          method: 'POST',
          agent: false,
          signal: gone,
          headers: {
            'content-type': type,
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
            ...signature(world, body),
            ...retryHeaders(attempt),
          },
        });
        posted.on('response', (response) => void endOf(response).then(resolve));
        posted.on('error', () => resolve({ failure: 'connection_failed' }));
        posted.end(body);
      }),
  };
}

function addressOf(urls: RequestUrls, { kind }: Delivery): string {
  if (kind === 'event') return urls.events;
  return (kind === 'command' ? urls.commands : urls.interactions) ?? urls.events;
}

function encode({ kind, body }: Delivery): { readonly type: string; readonly body: string } {
  if (kind === 'event') return { type: 'application/json', body: JSON.stringify(body) };
  const form: Record<string, string> =
    kind === 'interaction'
      ? { payload: JSON.stringify(body) }
      : Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
  return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
}

/** `v0=HMAC(secret, "v0:timestamp:body")`; the timestamp is the machine's, which the app's framework compares it with. */
function signature({ app, behaviour }: World, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - behaviour.signatureAgeSeconds);
  const mac = createHmac('sha256', behaviour.signingSecret ?? app.signingSecret).update(`v0:${timestamp}:${body}`);
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${mac.digest('hex')}` };
}

function retryHeaders({ retryNumber, retryReason }: DeliveryAttempt): Record<string, string> {
  if (retryNumber === 0) return {};
  return { 'x-slack-retry-num': String(retryNumber), 'x-slack-retry-reason': retryReason ?? 'unknown_error' };
}

async function endOf(response: IncomingMessage): Promise<AttemptEnd> {
  const body = await readText(response).catch(() => undefined);
  const { statusCode: status = 0, headers } = response;
  if (body === undefined) return { failure: 'connection_failed' };
  if (status < 200 || status > 299) return { failure: 'http_error', isFinal: headers['x-slack-no-retry'] === '1' };
  if (body === '') return { reply: undefined };
  return { reply: (headers['content-type'] ?? '').includes('json') ? (JSON.parse(body) as unknown) : body };
}

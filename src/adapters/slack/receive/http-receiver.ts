import { type App, type Receiver, verifySlackRequest } from '@slack/bolt';
import { z } from 'zod';
import { untilAborted } from '../../../core/deadline.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { HttpHandler } from '../../../core/ports/http-server.js';
import type { Logger } from '../../../core/ports/logger.js';
import { deliver } from './delivery.js';

/** Slack's deliveries over HTTP. */
export interface HttpReceiver extends Receiver {
  readonly handler: HttpHandler;
}

/** What requests are known and measured by. */
export interface HttpReceiverOptions {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Bolt's own limit; Slack's largest deliveries are far smaller. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Slack counts a delivery as failed after three seconds. */
const ACKNOWLEDGE_WITHIN_MS = 2_900;

const bodySchema = z.record(z.string(), z.unknown());

/** Takes signed requests, in any process behind a load balancer, on the server that everything else is served by. */
export function createHttpReceiver({ signingSecret, clock, logger }: HttpReceiverOptions): HttpReceiver {
  let app: App | undefined;
  let isOpen = false;
  const running = new Set<Promise<unknown>>();

  function isSigned(request: Request, body: string): boolean {
    const timestamp = Number(request.headers.get('x-slack-request-timestamp') ?? Number.NaN);
    const signature = request.headers.get('x-slack-signature') ?? '';
    try {
      verifySlackRequest({
        signingSecret,
        body,
        headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
      });
      // A time to come would let a request be used for longer than five minutes.
      return timestamp * 1_000 <= Date.now() + 5 * 60_000;
    } catch {
      return false;
    }
  }

  /** Runs the listeners until they acknowledge; what they do afterwards goes on. */
  function process(to: App, body: Record<string, unknown>, request: Request): Promise<Response> {
    const tooLate = new AbortController();
    const cancel = clock.after(ACKNOWLEDGE_WITHIN_MS, () => tooLate.abort(new Error('not acknowledged in time')));
    const type = String(body['type']);
    let isAcknowledged = false;
    const acknowledged = new Promise<Response>((resolve, reject) => {
      const work = deliver(to, {
        body,
        retryNum: Number(request.headers.get('x-slack-retry-num') ?? 0),
        retryReason: request.headers.get('x-slack-retry-reason') ?? '',
        async ack(reply: unknown) {
          isAcknowledged = true;
          resolve(replyOf(reply));
        },
      }).catch((error: Error) => {
        if (isAcknowledged) logger.warn('slack.not-done', { type }, error);
        reject(error);
      });
      running.add(work);
      void work.finally(() => running.delete(work));
    });
    return untilAborted(acknowledged, tooLate.signal).finally(cancel);
  }

  return {
    init(of) {
      app = of;
    },
    async start() {
      isOpen = true;
    },
    async stop() {
      isOpen = false;
      await Promise.allSettled(running);
    },
    async handler(request) {
      if (request.method !== 'POST') return text(405, 'Slack delivers here by POST.');
      const body = await readBody(request);
      if (body === undefined) return text(413, 'The body is larger than anything that Slack delivers.');
      if (!isSigned(request, body))
        return text(401, 'The signature is wrong, or the request is older than five minutes.');
      const parsed = parseBody(request, body);
      if (parsed === undefined) return text(400, 'The body is no delivery of Slack.');
      if (parsed['type'] === 'url_verification') return replyOf({ challenge: parsed['challenge'] });
      if (parsed['ssl_check'] !== undefined) return text(200, '');
      if (parsed['type'] === 'app_rate_limited') {
        logger.warn('slack.events-dropped', { teamId: String(parsed['team_id']) });
        return text(200, '');
      }
      if (app === undefined || !isOpen) return text(503, 'Docent is not ready. Deliver it again.');
      try {
        return await process(app, parsed, request);
      } catch (error) {
        logger.warn('slack.not-taken', { type: String(parsed['type']) }, error);
        return text(503, 'It could not be kept. Deliver it again.');
      }
    },
  };
}

async function readBody(request: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body === null) return '';
  const stream: AsyncIterable<Uint8Array> = request.body;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Events come as JSON, commands as a form, interactions as JSON within a form. */
function parseBody(request: Request, body: string): Record<string, unknown> | undefined {
  try {
    if ((request.headers.get('content-type') ?? '').startsWith('application/json'))
      return bodySchema.parse(JSON.parse(body));
    const form = Object.fromEntries(new URLSearchParams(body));
    return typeof form['payload'] === 'string' ? bodySchema.parse(JSON.parse(form['payload'])) : form;
  } catch {
    return undefined;
  }
}

function replyOf(reply: unknown): Response {
  if (reply === undefined || reply === null || reply === '') return text(200, '');
  return typeof reply === 'string' ? text(200, reply) : Response.json(reply);
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

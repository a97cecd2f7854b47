import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it came, before it goes on. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Resolves when the client went away before it had its answer. */
  readonly left: Promise<unknown>;
}

/** What a proxy answers itself, in place of the server behind it. */
export interface OwnAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

/** Puts an HTTP proxy in front of a server until the test has ended; it may answer requests itself. Returns its URL. */
export async function startHttpProxy(
  target: string,
  onRequest: (request: SeenRequest) => OwnAnswer | undefined | Promise<OwnAnswer | undefined>,
): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    void (async () => {
      const body = await readBody(incoming);
      const { method = '', url: path = '', headers } = incoming;
      const left = once(outgoing, 'close');
      const own = await onRequest({ method, path, headers, body, left });
      if (own === undefined) forward(target, incoming, body, outgoing);
      else outgoing.writeHead(own.status, { 'content-type': own.contentType ?? 'application/json' }).end(own.body);
    })();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const pieces = (await incoming.toArray()) as Buffer[];
  return Buffer.concat(pieces).toString();
}

function forward(target: string, incoming: IncomingMessage, body: string, outgoing: ServerResponse): void {
  const { method, headers, url } = incoming;
  const { host: _host, ...rest } = headers;
  const onward = request(new URL(url ?? '/', target), { method: method ?? 'GET', headers: rest }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  onward.end(body);
}

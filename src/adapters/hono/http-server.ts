import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Clock } from '../../core/ports/clock.js';
import type { HttpServer } from '../../core/ports/http-server.js';
import type { Logger } from '../../core/ports/logger.js';
import { listen } from './listen.js';
import { plainResponse, withGuardedBody } from './plain-response.js';
import { createRoutes, type Routes } from './routes.js';

/** Where the server listens and how it logs. */
export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port; undefined takes the first free one from 3000 on. */
  readonly port: number | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Against clients that are slow on purpose. A request's body may take long: it can be an upload over a poor line. */
const limits = {
  headersTimeout: 15_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
} as const;
const MAX_CONNECTIONS = 512;

/** The HTTP server on Node's own, with web-standard requests and responses by `@hono/node-server`. */
export function createHttpServer({ host, port, clock, logger }: HttpServerOptions): HttpServer {
  const routes = createRoutes();
  const respond = createResponder(routes, logger);
  const listener = getRequestListener(
    (request, { incoming, outgoing }) => respond(request, incoming as IncomingMessage, outgoing as ServerResponse),
    { overrideGlobalObjects: false },
  );
  const server = createServer(limits, (incoming, outgoing) => {
    // Node leaves a kept-alive connection open when its request ends after `close`.
    outgoing.once('close', () => {
      if (!server.listening) server.closeIdleConnections();
    });
    void listener(incoming, outgoing);
  });
  server.maxConnections = MAX_CONNECTIONS;
  let boundPort: number | undefined;
  let closed: Promise<void> | undefined;

  return {
    mount(prefix, handler) {
      if (boundPort !== undefined) throw new Error(`"${prefix}" is mounted after the start`);
      routes.add(prefix, handler);
    },
    get url() {
      if (boundPort === undefined) throw new Error('the HTTP server has not started');
      return `http://${openableHost(host)}:${boundPort}`;
    },
    isLoopback: isLoopback(host),
    async start() {
      boundPort = await listen(server, host, port);
      server.on('error', (error) => logger.error('the HTTP server failed', {}, error));
      if (port === undefined && boundPort !== 3_000)
        logger.warn('port 3000 is taken, using the next free one', { port: boundPort });
      logger.info('listening', { host, port: boundPort });
    },
    async stop(drainMs) {
      if (boundPort === undefined) return;
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
      });
      const cancel = clock.after(drainMs, () => server.closeAllConnections());
      await closed;
      cancel();
    },
  };
}

type Responder = (request: Request, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<Response>;

/** Finds the handler, and turns whatever goes wrong in it into one log line and an answer without details. */
function createResponder(routes: Routes, logger: Logger): Responder {
  return async (request, incoming, outgoing) => {
    const path = new URL(request.url).pathname;
    const report = (error: unknown): string => {
      const correlationId = randomUUID();
      // An error after the client went away is the abort coming back.
      const level = request.signal.aborted ? 'debug' : 'error';
      logger[level]('a request failed', { method: request.method, path, correlationId }, error);
      return correlationId;
    };
    try {
      const handler = routes.find(path);
      if (handler === undefined)
        return plainResponse(request, { status: 404, message: 'There is nothing at this address.' });
      const response = await handler(request, { remoteAddress: incoming.socket.remoteAddress ?? '' });
      return withGuardedBody(response, (error) => {
        report(error);
        // Cutting the connection is the only way left to say that the answer is not whole.
        outgoing.destroy();
      });
    } catch (error) {
      const correlationId = report(error);
      const message = `Something failed on our side. Try again; if it stays, tell the operator this number: ${correlationId}`;
      return plainResponse(request, { status: 500, message, fields: { correlationId } });
    }
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function openableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

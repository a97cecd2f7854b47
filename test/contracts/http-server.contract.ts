import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpServer } from '../../src/core/ports/http-server.js';

export interface HttpServerSubject {
  /** Not started; listens on loopback. */
  readonly server: HttpServer;
  /** Moves the server's clock. */
  advance(ms: number): Promise<void>;
  /** What was logged so far. */
  log(): string;
}

/** A body whose end the test decides. */
function createStream() {
  let control!: ReadableStreamDefaultController<Uint8Array>;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      control = controller;
    },
    cancel() {
      cancelled = true;
    },
  });
  return {
    stream,
    send: (text: string) => control.enqueue(new TextEncoder().encode(text)),
    end: () => control.close(),
    fail: (error: Error) => control.error(error),
    wasCancelled: () => cancelled,
  };
}

/** A promise with its resolver. */
function createGate<Value = void>() {
  let open!: (value: Value) => void;
  const opened = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

function onAbort(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve());
  });
}

/** What every HTTP server promises. */
export function describeHttpServerContract(name: string, createSubject: () => HttpServerSubject): void {
  describe(`HttpServer contract: ${name}`, () => {
    let subject: HttpServerSubject;
    let server: HttpServer;
    beforeEach(() => {
      subject = createSubject();
      server = subject.server;
    });
    afterEach(async () => {
      const stopped = server.stop(0);
      await subject.advance(0);
      await stopped;
    });
    const get = (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init);

    it('names an address that can be opened, on this machine only', async () => {
      server.mount('/', () => new Response('here'));
      await server.start();
      expect(await (await get('/')).text()).toBe('here');
      expect(server.isLoopback).toBe(true);
    });

    it('sends a request to the handler of the longest prefix', async () => {
      for (const prefix of ['/', '/api', '/api/events']) server.mount(prefix, () => new Response(prefix));
      await server.start();
      const answers = ['/', '/x/y', '/api', '/api/', '/api/x', '/apix', '/api/events/1', '/api/eventsx'].map(
        async (path) => [path, await (await get(path)).text()],
      );
      expect(Object.fromEntries(await Promise.all(answers))).toEqual({
        '/': '/',
        '/x/y': '/',
        '/api': '/api',
        '/api/': '/api',
        '/api/x': '/api',
        '/apix': '/',
        '/api/events/1': '/api/events',
        '/api/eventsx': '/api',
      });
    });

    it('answers 404 where nothing is mounted, as JSON to those who ask for it', async () => {
      server.mount('/api', () => new Response('api'));
      await server.start();
      const text = await get('/elsewhere');
      expect([text.status, text.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/plain')]);
      const json = await get('/elsewhere', { headers: { accept: 'application/json' } });
      expect([json.status, await json.json()]).toEqual([404, { error: expect.any(String) }]);
    });

    it('hands over method, headers, query, body and the address of the peer', async () => {
      server.mount('/echo', async (request, { remoteAddress }) =>
        Response.json([
          request.method,
          request.headers.get('x-test'),
          new URL(request.url).search,
          await request.text(),
          remoteAddress,
        ]),
      );
      await server.start();
      const response = await get('/echo?a=1', { method: 'POST', headers: { 'x-test': 'yes' }, body: 'body' });
      expect(await response.json()).toEqual(['POST', 'yes', '?a=1', 'body', expect.stringContaining('127.0.0.1')]);
    });

    it('passes status, headers and cookies of the response on', async () => {
      server.mount('/', () => {
        const headers = new Headers({ 'x-test': 'yes' });
        headers.append('set-cookie', 'a=1');
        headers.append('set-cookie', 'b=2');
        return new Response(null, { status: 204, headers });
      });
      await server.start();
      const response = await get('/');
      expect([response.status, response.headers.get('x-test'), response.headers.getSetCookie()]).toEqual([
        204,
        'yes',
        ['a=1', 'b=2'],
      ]);
    });

    it('streams a response as it is written', async () => {
      const { stream, send, end } = createStream();
      server.mount('/', () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } }));
      await server.start();
      const reader = (await get('/')).body!.pipeThrough(new TextDecoderStream()).getReader();
      send('data: 1\n\n');
      expect((await reader.read()).value).toBe('data: 1\n\n');
      send('data: 2\n\n');
      expect((await reader.read()).value).toBe('data: 2\n\n');
      end();
      expect((await reader.read()).done).toBe(true);
    });

    it('aborts the signal of a request and cancels its stream when the client goes away', async () => {
      const { stream, send, wasCancelled } = createStream();
      const aborted = createGate();
      server.mount('/', (request) => {
        void onAbort(request.signal).then(aborted.open);
        return new Response(stream);
      });
      await server.start();
      const client = new AbortController();
      send('begin');
      const response = await get('/', { signal: client.signal });
      await response.body!.getReader().read();
      client.abort();
      await aborted.opened;
      expect(wasCancelled()).toBe(true);
    });

    it('answers a failing handler with 500 and a number that stands in the log, without details', async () => {
      server.mount('/', () => {
        throw new Error('the private reason');
      });
      await server.start();
      const response = await get('/', { headers: { accept: 'application/json' } });
      const answer = (await response.json()) as { correlationId: string };
      expect(response.status).toBe(500);
      expect(JSON.stringify(answer)).not.toMatch(/private|\.ts|\.js/);
      expect(subject.log().split('the private reason')).toHaveLength(2);
      expect(subject.log()).toContain(answer.correlationId);
    });

    it('cuts the connection when a stream fails half-way, and logs the reason once', async () => {
      const { stream, send, fail } = createStream();
      server.mount('/', () => new Response(stream));
      await server.start();
      send('half an answer');
      const reader = (await get('/')).body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).toBe('half an answer');
      fail(new Error('the private reason'));
      await expect(reader.read()).rejects.toThrow();
      expect(subject.log().split('the private reason')).toHaveLength(2);
    });

    it('answers nonsense with 400 and lives on', async () => {
      server.mount('/', () => new Response('alive'));
      await server.start();
      const { hostname, port } = new URL(server.url);
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () => socket.write('this is no http\r\n\r\n'));
        socket.once('data', (data) => resolve(String(data)));
        socket.once('error', reject);
      });
      expect(answer).toMatch(/^HTTP\/1.1 400/);
      expect(await (await get('/')).text()).toBe('alive');
    });

    it('lets running requests end when it stops, and takes no new ones', async () => {
      const gate = createGate();
      const begun = createGate();
      server.mount('/', async () => {
        begun.open();
        await gate.opened;
        return new Response('whole');
      });
      await server.start();
      const address = server.url;
      const running = get('/');
      await begun.opened;
      const stopped = server.stop(60_000);
      await expect(fetch(address)).rejects.toThrow();
      gate.open();
      expect(await (await running).text()).toBe('whole');
      await stopped;
    });

    it('ends what still runs after the drain time, streams included', async () => {
      const { stream, send } = createStream();
      const aborted = createGate();
      server.mount('/', (request) => {
        void onAbort(request.signal).then(aborted.open);
        return new Response(stream);
      });
      await server.start();
      send('begin');
      const reader = (await get('/')).body!.getReader();
      await reader.read();
      const stopped = server.stop(5_000);
      await subject.advance(5_000);
      await stopped;
      await aborted.opened;
      await expect(reader.read()).rejects.toThrow();
    });

    it('can be stopped before it was started, and twice', async () => {
      await server.stop(0);
      server.mount('/', () => new Response());
      await server.start();
      await Promise.all([server.stop(0), server.stop(0)]);
      await expect(get('/')).rejects.toThrow();
    });

    it('refuses to mount once started', async () => {
      await server.start();
      expect(() => server.mount('/late', () => new Response())).toThrow(/start/);
    });
  });
}

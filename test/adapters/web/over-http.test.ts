import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHttpServer } from '../../../src/adapters/hono/http-server.js';
import { createWebAdapter } from '../../../src/adapters/web/web-adapter.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { createRecordingChatHost } from '../../contracts/recording-chat-host.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { room } from './asking.js';

/** What fakes of a request cannot show: the page's routes behind a real server and real sockets. */
describe('the page over HTTP', () => {
  let url = '';
  let headers: Record<string, string> = {};
  const host = createRecordingChatHost();

  beforeEach(async () => {
    const clock = createFakeClock();
    const { engines } = await openEmbeddedStores(clock);
    const server = createHttpServer({ host: '127.0.0.1', port: 0, clock: systemClock, logger: silentLogger });
    const { adapter, handler } = createWebAdapter({
      records: engines.recordStore,
      blobs: engines.blobStore,
      coordinator: engines.coordinator,
      clock,
      logger: silentLogger,
      isLoopback: server.isLoopback,
      token: undefined,
      pageFolder: join(process.cwd(), 'src/adapters/web/page'),
    });
    server.mount('/', handler);
    await adapter.start(host);
    await server.start();
    onTestFinished(async () => {
      await adapter.stop();
      await server.stop(0);
    });
    url = server.url;
    const cookies = (await fetch(`${url}/api/session`)).headers.getSetCookie();
    headers = { origin: url, cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') };
  });

  const json = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('makes a thread, asks in it and deletes it', async () => {
    const { thread } = (await (await json('POST', `${room}/threads`, {})).json()) as { thread: { threadId: string } };
    const path = `${room}/threads/${thread.threadId}`;
    expect((await json('POST', `${path}/exchanges`, { requestId: randomUUID(), text: 'How?' })).status).toBe(202);
    expect((await json('DELETE', path)).status).toBe(204);
    expect((await json('GET', `${path}/exchanges`)).status).toBe(404);
  });

  it('takes a file and forgets its note', async () => {
    const query = new URLSearchParams({ requestId: randomUUID(), name: 'guide.txt' }).toString();
    const response = await fetch(`${url}${room}/uploads?${query}`, {
      method: 'POST',
      headers,
      body: 'All about days.',
    });
    const { upload } = (await response.json()) as { upload: { uploadId: string } };
    expect((await json('DELETE', `${room}/uploads/${upload.uploadId}`)).status).toBe(204);
  });

  it('refuses a file over the limit, however it is sent', async () => {
    const query = new URLSearchParams({ requestId: randomUUID(), name: 'guide.txt' }).toString();
    const bytes = new Uint8Array(host.maxUploadBytes + 1);
    const whole = await fetch(`${url}${room}/uploads?${query}`, { method: 'POST', headers, body: bytes });
    expect(whole.status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    const chunked = { method: 'POST', headers, body: stream, duplex: 'half' as const };
    expect((await fetch(`${url}${room}/uploads?${query}`, chunked)).status).toBe(413);
  });

  it('begins its stream at once', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${url}${room}/events`, { headers, signal: leaving.signal });
    const first = (await response.body?.getReader().read())?.value as Uint8Array;
    expect(new TextDecoder().decode(first)).toContain('"type":"snapshot"');
    leaving.abort();
  });

  it('notices when pages are closed, and lets others in', async () => {
    const leaving = new AbortController();
    const open = () => fetch(`${url}${room}/events`, { headers, signal: leaving.signal });
    await Promise.all(Array.from({ length: 200 }, open));
    expect((await json('GET', `${room}/events`)).status).toBe(503);
    leaving.abort();
    await eventually('another page is let in', async () => {
      const next = new AbortController();
      const { status } = await fetch(`${url}${room}/events`, { headers, signal: next.signal });
      next.abort();
      return status === 200;
    });
  });

  it('refuses a request that names another host', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(`${url}/api/session`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

import { describe, expect, it } from 'vitest';
import { createHealthBoard } from '../../../src/core/health/health-board.js';
import type { Health } from '../../../src/core/ports/health.js';
import type { HttpHandler, HttpServer } from '../../../src/core/ports/http-server.js';
import { createEndpoints } from '../../../src/core/telemetry/endpoints.js';
import { createProcessFigures } from '../../../src/core/telemetry/process-figures.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';

const TOKEN = 'a-long-enough-secret';

async function open({ token, isLoopback = true }: { token?: string; isLoopback?: boolean } = {}) {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const parts: Record<string, Health> = {
    records: { state: 'healthy', detail: 'It answers.' },
    'language model': { state: 'healthy', detail: 'It answers.' },
  };
  let checks = 0;
  const health = createHealthBoard({
    clock,
    checks: Object.keys(parts).map((component) => ({
      component,
      check: async () => {
        checks += 1;
        return parts[component]!;
      },
    })),
  });
  const handlers = new Map<string, HttpHandler>();
  const server = {
    mount: (prefix: string, handler: HttpHandler) => void handlers.set(prefix, handler),
    isLoopback,
  } as unknown as HttpServer;
  const endpoints = createEndpoints({
    health,
    figures: createProcessFigures(),
    coordinator: engines.coordinator,
    queues: ['events'],
    clock,
    metricsToken: token,
  });
  endpoints.mount(server);
  return {
    clock,
    endpoints,
    engines,
    parts,
    checks: () => checks,
    async get(path: string, headers: Record<string, string> = {}) {
      const handler = handlers.get(path)!;
      const response = await handler(new Request(`http://localhost${path}`, { headers }), {
        remoteAddress: '127.0.0.1',
      });
      return { status: response.status, text: await response.text() };
    },
  };
}

describe('/livez', () => {
  it('says that the process lives, whatever else is broken', async () => {
    const { get, parts, endpoints } = await open();
    parts['records'] = { state: 'unhealthy', detail: 'Redis is away.' };
    endpoints.drain();
    expect((await get('/livez')).status).toBe(200);
  });
});

describe('/readyz', () => {
  it('is ready with each component and its state, and tells no more of it', async () => {
    const { get } = await open();
    const { status, text } = await get('/readyz');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      state: 'ready',
      components: [
        { component: 'records', state: 'healthy' },
        { component: 'language model', state: 'healthy' },
      ],
    });
  });

  it('is not ready without its records, and is without its language model', async () => {
    const { get, parts, clock } = await open();
    parts['language model'] = { state: 'unhealthy', detail: 'Ollama is away.' };
    expect((await get('/readyz')).status).toBe(200);
    parts['records'] = { state: 'unhealthy', detail: 'Redis is away.' };
    await clock.advance(5_000);
    expect(await get('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('not-ready') as string });
  });

  it('asks the components every five seconds at the most', async () => {
    const { get, checks, clock } = await open();
    for (let time = 0; time < 20; time++) await get('/readyz');
    expect(checks()).toBe(2);
    await clock.advance(5_000);
    await get('/readyz');
    expect(checks()).toBe(4);
  });

  it('is not ready while it drains', async () => {
    const { get, endpoints } = await open();
    endpoints.drain();
    expect(await get('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('draining') as string });
  });
});

describe('/metrics', () => {
  it('tells components and queues beside what the process did', async () => {
    const { get, engines } = await open();
    await engines.coordinator.enqueue({ queue: 'events', id: 'one', group: 'coach', payload: null });
    const { status, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(text).toContain('docent_component_health{component="records"} 1\n');
    expect(text).toContain('docent_queue_work{queue="events",state="waiting"} 1\n');
    expect(text).toContain('docent_queue_work{queue="events",state="active"} 0\n');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('says nothing of queues that cannot be asked', async () => {
    const { get, engines } = await open();
    engines.coordinator.list = () => Promise.reject(new Error('away'));
    const { status, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(text).not.toContain('docent_queue_work{');
  });

  it('is closed to other machines without a token, and asks for the token where one is set', async () => {
    const withoutToken = await open({ isLoopback: false });
    expect(await withoutToken.get('/metrics')).toMatchObject({
      status: 401,
      text: expect.stringContaining('DOCENT_METRICS_TOKEN') as string,
    });
    const { get } = await open({ isLoopback: false, token: TOKEN });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });
});

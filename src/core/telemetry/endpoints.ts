import { createHash, timingSafeEqual } from 'node:crypto';
import type { HealthBoard, HealthSummary } from '../health/health-board.js';
import { ESSENTIAL_COMPONENTS } from '../health/engine-checks.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { HttpServer } from '../ports/http-server.js';
import type { HealthState } from '../ports/health.js';
import { isRecent } from '../recent.js';
import { withStoreDeadline } from '../store-deadline.js';
import { renderGauge } from './exposition.js';
import type { ProcessFigures } from './process-figures.js';

/** What supervisors and Prometheus ask. */
export interface Endpoints {
  /** Serves `/livez`, `/readyz` and `/metrics`. Before the server starts. */
  mount(server: HttpServer): void;
  /** From now on the process is not ready: it ends what it has and takes nothing new. */
  drain(): void;
}

/** What the endpoints tell of. */
export interface EndpointsOptions {
  readonly health: HealthBoard;
  readonly figures: ProcessFigures;
  readonly coordinator: Pick<Coordinator, 'list'>;
  /** Queues whose work is counted. */
  readonly queues: readonly string[];
  readonly clock: Clock;
  /** What `/metrics` asks for as a bearer token; without one it answers this machine alone. */
  readonly metricsToken: string | undefined;
}

/** Work that is counted in a queue; there may be more. */
const MAX_COUNTED = 1_000;
const QUEUE_TIMEOUT_MS = 2_000;
/** How long the counts of the queues are kept, in milliseconds. */
const QUEUES_AGE_MS = 5_000;
const STATE_VALUES: Readonly<Record<HealthState, number>> = { healthy: 1, degraded: 0.5, unhealthy: 0 };
const NO_STORE = { 'cache-control': 'no-store' };

/**
 * The endpoints over the health board, whose answers are kept for five seconds. They tell states and numbers alone: what is
 * wrong, and how to repair it, is told to managers by the command `health`.
 */
export function createEndpoints(options: EndpointsOptions): Endpoints {
  const { health, figures, coordinator, queues, clock, metricsToken } = options;
  let isDraining = false;
  let counted: { readonly at: number; readonly text: Promise<string> } | undefined;

  async function ready(signal: AbortSignal): Promise<Response> {
    const { components } = await health.check(signal);
    const isReady = !isDraining && !isEssentialBroken(components);
    const state = isDraining ? 'draining' : isReady ? 'ready' : 'not-ready';
    const told = components.map((part) => ({ component: part.component, state: part.state }));
    return Response.json({ state, components: told }, { status: isReady ? 200 : 503, headers: NO_STORE });
  }

  async function metrics(request: Request, isLoopback: boolean): Promise<Response> {
    if (!isAllowed(request, isLoopback))
      return new Response(
        'Set DOCENT_METRICS_TOKEN to a long secret and send it as "Authorization: Bearer …" to read the figures from other machines.\n',
        { status: 401, headers: { ...NO_STORE, 'www-authenticate': 'Bearer' } },
      );
    const { components } = await health.check(request.signal);
    const samples = components.map(({ component, state }) => [{ component }, STATE_VALUES[state]] as const);
    const parts = renderGauge('docent_component_health', '1 healthy, 0.5 degraded, 0 unhealthy.', samples);
    return new Response(figures.render() + parts + (await queueFigures()), {
      headers: { ...NO_STORE, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    });
  }

  function isAllowed(request: Request, isLoopback: boolean): boolean {
    if (metricsToken === undefined) return isLoopback;
    const sent = request.headers.get('authorization') ?? '';
    return timingSafeEqual(digest(sent), digest(`Bearer ${metricsToken}`));
  }

  function queueFigures(): Promise<string> {
    if (counted === undefined || !isRecent(clock, counted.at, QUEUES_AGE_MS))
      counted = { at: clock.now(), text: countQueues() };
    return counted.text;
  }

  /** Nothing of the queues while they cannot be asked: what is not known is not 0. */
  async function countQueues(): Promise<string> {
    try {
      const lists = await withStoreDeadline({ clock, timeoutMs: QUEUE_TIMEOUT_MS }, () =>
        Promise.all(queues.map((queue) => coordinator.list({ queue, limit: MAX_COUNTED }))),
      );
      const samples = lists.flatMap((works, index) =>
        (['waiting', 'active'] as const).map(
          (state) =>
            [{ queue: queues[index] ?? '', state }, works.filter((work) => work.state === state).length] as const,
        ),
      );
      return renderGauge('docent_queue_work', 'Work that is not done, at most 1,000 of a queue.', samples);
    } catch {
      return '';
    }
  }

  return {
    mount(server) {
      server.mount('/livez', () => new Response('alive\n', { headers: NO_STORE }));
      server.mount('/readyz', ({ signal }) => ready(signal));
      server.mount('/metrics', (request) => metrics(request, server.isLoopback));
    },
    drain() {
      isDraining = true;
    },
  };
}

/** Without its language model Docent quotes; without its records it does nothing well. */
function isEssentialBroken(components: HealthSummary['components']): boolean {
  return components.some(({ component, state }) => state === 'unhealthy' && ESSENTIAL_COMPONENTS.has(component));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

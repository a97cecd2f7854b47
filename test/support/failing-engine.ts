import { DocentError } from '../../src/core/errors.js';
import type { Engines } from '../../src/core/plugin.js';
import type { Clock } from '../../src/core/ports/clock.js';
import type { ClaimedWork, Coordinator, WorkerOptions } from '../../src/core/ports/coordinator.js';

/**
 * What goes wrong with a call: `away` fails at once and does nothing; `silent` does nothing either and fails after the
 * five seconds that a store has; `unheard` does what it should, but its answer never arrives within those five seconds.
 */
export type Fault = 'away' | 'silent' | 'unheard';

/** Engines whose calls go wrong when the test says so. */
export interface FailingEngines {
  readonly engines: Engines;
  /** Every call that was made, such as `recordStore.get`, oldest first. */
  readonly calls: string[];
  /** What goes wrong with a call, by its name and its place among all calls; nothing by default. */
  fault: (call: string, index: number) => Fault | undefined;
}

const STORE_TIMEOUT_MS = 5_000;
const FAILING = ['recordStore', 'conversationStore', 'metricStore', 'blobStore', 'chunkStore', 'coordinator'] as const;

/** The engine error of a server that cannot be reached. */
export function engineAway(): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: 'The server (10.0.0.7:6379) does not answer.',
    retryable: true,
  });
}

/** A view of engines whose stores and coordinator are kept by one server, which fails as the test says. */
export function createFailingEngines(engines: Engines, clock: Clock): FailingEngines {
  const late = (): Promise<never> =>
    new Promise((_resolve, reject) => {
      clock.after(STORE_TIMEOUT_MS, () => reject(engineAway()));
    });
  const failing: FailingEngines = { engines: { ...engines }, calls: [], fault: () => undefined };

  async function run(call: string, work: () => Promise<unknown>): Promise<unknown> {
    const fault = failing.fault(call, failing.calls.push(call) - 1);
    if (fault === undefined) return work();
    if (fault === 'away') throw engineAway();
    if (fault === 'unheard') await work();
    return late();
  }

  const guardWork = (work: ClaimedWork): ClaimedWork => ({
    ...work,
    progress: (report) => work.progress(report),
    async saveProgress(report) {
      // What cannot be written stays with the work, and is written with its outcome.
      work.progress(report);
      await run('coordinator.saveProgress', () => work.saveProgress(report));
    },
  });

  const guardWorker = ({ handle, failed, ...options }: WorkerOptions): WorkerOptions => ({
    ...options,
    backoffMs: (attempt) => options.backoffMs(attempt),
    async handle(work) {
      const outcome = await handle(guardWork(work));
      // That the work is done is told to the server too, which may not hear it.
      await run('coordinator.done', async () => {});
      return outcome;
    },
    failed: (work, error) => failed(guardWork(work), error),
  });

  const guard = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function' || typeof key === 'symbol') return value;
        if (key === 'work')
          return (queue: string, options: WorkerOptions) =>
            (target as unknown as Coordinator).work(queue, guardWorker(options));
        const method = value as (...values: unknown[]) => unknown;
        if (key === 'follow' || key === 'all') return method.bind(target);
        return (...values: unknown[]) => run(`${name}.${key}`, async () => Reflect.apply(method, target, values));
      },
    });

  for (const name of FAILING) Object.assign(failing.engines, { [name]: guard(name, engines[name]) });
  return failing;
}

import type {
  ClaimedWork,
  Coordinator,
  NewWork,
  WorkOutcome,
  WorkerOptions,
  WorkState,
} from '../../src/core/ports/coordinator.js';
import { eventually } from '../support/eventually.js';
import type { Subject } from './subject.js';

export const QUEUE = 'jobs';
export const LEASE_MS = 1_000;
export const BACKOFF_MS = 5_000;

/** Work in the queue `jobs`, of the group `coach` unless said otherwise. */
export function newWork(id: string, more: Partial<NewWork> = {}): NewWork {
  return { queue: QUEUE, id, group: 'coach', payload: { for: id }, ...more };
}

/** A worker that does everything at once, one after another, with three tries. */
export function workerOptions(more: Partial<WorkerOptions> = {}): WorkerOptions {
  return {
    concurrency: 1,
    concurrencyPerGroup: 1,
    leaseMs: LEASE_MS,
    maxAttempts: 3,
    backoffMs: () => BACKOFF_MS,
    handle: async () => 'done',
    failed: async () => {},
    ...more,
  };
}

/** A handler whose every call waits until the test says how it ends. */
export interface Gate {
  /** Every call so far, as `id attempt`. */
  readonly calls: string[];
  handle(work: ClaimedWork): Promise<WorkOutcome>;
  /** Resolves with the call for this id once it has begun. */
  begun(id: string): Promise<ClaimedWork>;
  isRunning(id: string): boolean;
  end(id: string, outcome?: WorkOutcome): Promise<void>;
  fail(id: string, error: unknown): Promise<void>;
}

interface OpenCall {
  readonly work: ClaimedWork;
  resolve(outcome: WorkOutcome): void;
  reject(error: unknown): void;
}

export function createGate(): Gate {
  const calls: string[] = [];
  const open = new Map<string, OpenCall>();
  const take = async (id: string): Promise<OpenCall> => {
    await gate.begun(id);
    const call = open.get(id);
    if (call === undefined) throw new Error(`${id} has already ended`);
    open.delete(id);
    return call;
  };
  const gate: Gate = {
    calls,
    handle(work) {
      calls.push(`${work.id} ${work.attempt}`);
      return new Promise((resolve, reject) => {
        open.set(work.id, { work, resolve, reject });
      });
    },
    async begun(id) {
      await eventually(`${id} begins`, () => open.has(id));
      return (open.get(id) as OpenCall).work;
    },
    isRunning: (id) => open.has(id),
    async end(id, outcome = 'done') {
      (await take(id)).resolve(outcome);
    },
    async fail(id, error) {
      (await take(id)).reject(error);
    },
  };
  return gate;
}

/** Waits until the work is in the state. */
export function reaches(subject: Subject<Coordinator>, id: string, state: WorkState | undefined): Promise<void> {
  return eventually(`${id} is ${state}`, async () => (await subject.port.status(QUEUE, id))?.state === state);
}

/** A crash, after which the claims of the old instance have run out. */
export async function crash(subject: Subject<Coordinator>): Promise<void> {
  await subject.reopen();
  await subject.advance(2 * LEASE_MS);
}

import type { Clock } from './ports/clock.js';
import type { Coordinator, Lease } from './ports/coordinator.js';

/** The life of a lease between two extensions, in milliseconds: how long a killed holder keeps others waiting. */
const LEASE_MS = 15_000;
/** The wait before a taken lease is asked for again, in milliseconds. */
const RETRY_MS = 100;

/** What waiting for a lease takes. */
export interface LeaseWaiting {
  readonly coordinator: Pick<Coordinator, 'lease'>;
  readonly clock: Clock;
}

/**
 * Runs the work while holding a named lease, waiting for it as long as the signal allows. The work's signal also aborts
 * when the lease is lost.
 * @throws the signal's reason when aborted before the lease was had.
 */
export async function runExclusively<Result>(
  waiting: LeaseWaiting,
  name: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lease = await takeLease(waiting, name, signal);
  try {
    return await work(AbortSignal.any([signal, lease.signal]));
  } finally {
    await lease.release();
  }
}

/**
 * Takes a named lease, waiting for it as long as the signal allows; whoever takes it releases it.
 * @throws the signal's reason when aborted before.
 */
export async function takeLease(
  { coordinator, clock }: LeaseWaiting,
  name: string,
  signal: AbortSignal,
): Promise<Lease> {
  for (;;) {
    signal.throwIfAborted();
    const lease = await coordinator.lease(name, { leaseMs: LEASE_MS });
    if (lease !== undefined) return lease;
    await wait(clock, RETRY_MS, signal);
  }
}

/** Resolves after `delayMs` of the clock's time. @throws the signal's reason when aborted before. */
export function wait(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const stop = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

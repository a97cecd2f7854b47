import type { Clock } from './ports/clock.js';

/** When work must end. */
export interface DeadlineOptions {
  readonly clock: Clock;
  /** Milliseconds of the clock's time. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs work that must end in time. Its signal aborts with `signal` or at the deadline, and the call rejects at that
 * moment with the abort's reason (a `TimeoutError` at the deadline), also when the work does not listen.
 */
export async function withDeadline<Result>(
  { clock, timeoutMs, signal }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const cancel = clock.after(timeoutMs, () =>
    deadline.abort(new DOMException('the deadline has passed', 'TimeoutError')),
  );
  const joined = AbortSignal.any([signal, deadline.signal]);
  try {
    return await untilAborted(work(joined), joined);
  } finally {
    cancel();
  }
}

/**
 * Waits for work that listens to no signal no longer than `timeoutMs` of the clock's time: rejects with a `TimeoutError`
 * then, while the work goes on. Costs a tenth of `withDeadline`, which matters for what is done for every word.
 */
export function inTime<Result>(
  { clock, timeoutMs }: Pick<DeadlineOptions, 'clock' | 'timeoutMs'>,
  work: Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => reject(new DOMException('the deadline has passed', 'TimeoutError')));
    work.then(resolve, reject).finally(cancel);
  });
}

/**
 * Waits for work no longer than until the signal aborts: rejects at that moment with the abort's reason, while the work
 * goes on. Nothing of the work stays with the signal, which may live long.
 */
export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

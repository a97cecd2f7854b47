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
    return await Promise.race([rejectOnAbort(joined), work(joined)]);
  } finally {
    cancel();
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

import { type DeadlineOptions, withDeadline } from './deadline.js';
import { DocentError } from './errors.js';

/** Whether an engine cannot be reached or failed: the same call may succeed once it is back. */
export function isEngineAway(error: unknown): error is DocentError {
  return error instanceof DocentError && error.code === 'ENGINE_UNAVAILABLE';
}

/** What people see while work that met an engine that is away waits for its next try. */
export const TRYING_AGAIN = 'Something that I need does not answer right now. I am trying again';

/** What people are told where nothing can be done without the engine that is away. */
export function temporarilyUnavailable(cause?: unknown): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage:
      'I am temporarily unavailable: what I keep cannot be reached right now, and the operator was told. Try again in a minute.',
    retryable: true,
    cause,
  });
}

/**
 * Waits for a store no longer than the person who waits for the answer would: an engine that does not answer in time
 * counts as away, whatever its own deadline is.
 * @throws DocentError `ENGINE_UNAVAILABLE` at the deadline; otherwise what the call threw.
 */
export async function withStoreDeadline<Result>(
  { signal = new AbortController().signal, ...options }: Omit<DeadlineOptions, 'signal'> & Partial<DeadlineOptions>,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  try {
    return await withDeadline({ ...options, signal }, call);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Error && error.name === 'TimeoutError' ? temporarilyUnavailable(error) : error;
  }
}

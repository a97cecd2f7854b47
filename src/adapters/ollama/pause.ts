import type { Clock } from '../../core/ports/clock.js';

/** Waits. @throws the signal's reason as soon as it aborts. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let cancel = (): void => undefined;
  let wake = (): void => undefined;
  await new Promise<void>((resolve) => {
    wake = resolve;
    cancel = clock.after(ms, resolve);
    signal.addEventListener('abort', wake, { once: true });
  });
  cancel();
  signal.removeEventListener('abort', wake);
  signal.throwIfAborted();
}

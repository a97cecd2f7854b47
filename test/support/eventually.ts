import { setImmediate, setTimeout } from 'node:timers/promises';

/** How long a condition may take, in milliseconds of the machine's time: only a failing test ever waits this long. */
const PATIENCE_MS = 30_000;
/** What is not there after so many milliseconds waits for another process, which needs this processor. */
const EAGER_MS = 20;
const LOOK_EVERY_MS = 5;

/**
 * Lets the event loop run until the condition holds. One that only looks is asked every few milliseconds after a while;
 * one that returns a promise works towards it, by moving a clock say, and is asked again at once.
 * @param patienceMs for what another side does again only after a while
 * @throws Error when it does not hold in time, by default within half a minute.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const answer = condition();
    if (await answer) return;
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > patienceMs) throw new Error(`did not happen: ${what}`);
    const isEager = waitedMs < EAGER_MS || typeof answer === 'object';
    await (isEager ? setImmediate() : setTimeout(LOOK_EVERY_MS));
  }
}

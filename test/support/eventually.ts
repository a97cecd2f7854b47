import { setImmediate } from 'node:timers/promises';

/** How long a condition may take, in milliseconds of the machine's time: only a failing test ever waits this long. */
const PATIENCE_MS = 30_000;

/**
 * Lets the event loop run until the condition holds.
 * @param patienceMs for what another side does again only after a while
 * @throws Error when it does not hold in time, by default within half a minute.
 */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`did not happen: ${what}`);
    await setImmediate();
  }
}

import { setImmediate } from 'node:timers/promises';

/** How long a condition may take, in milliseconds of the machine's time: only a failing test ever waits this long. */
const PATIENCE_MS = 30_000;

/** Lets the event loop run until the condition holds. @throws Error when it does not within half a minute. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`did not happen: ${what}`);
    await setImmediate();
  }
}

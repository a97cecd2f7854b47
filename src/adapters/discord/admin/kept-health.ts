import type { Clock } from '../../../core/ports/clock.js';
import type { Health } from '../../../core/ports/health.js';

/** A look at something that costs calls. */
type Look = (signal: AbortSignal) => Promise<Health>;

/** Looks, and answers with what was found for `keptMs` milliseconds. A look that threw is made again. @throws what the look threw. */
export function keepHealth(clock: Clock, keptMs: number, look: Look): Look {
  let last: { readonly health: Health; readonly at: number } | undefined;
  return async (signal) => {
    if (last !== undefined && clock.now() - last.at < keptMs) return last.health;
    const health = await look(signal);
    last = { health, at: clock.now() };
    return health;
  };
}

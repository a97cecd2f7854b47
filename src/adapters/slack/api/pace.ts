import { createBoundedMap } from '../../../core/bounded-map.js';
import { wait } from '../../../core/exclusive.js';
import type { Clock } from '../../../core/ports/clock.js';

/** Keeps calls apart that Slack counts together. */
export interface Pace {
  /** Waits for the caller's turn. @throws the signal's reason when aborted before. */
  turn(key: string, signal: AbortSignal): Promise<void>;
  /** Lets nobody's turn under the key come before `delayMs` from now. */
  hold(key: string, delayMs: number): void;
}

/** Channels and methods that are remembered; one that is forgotten was quiet for long. */
const MAX_KEYS = 10_000;

/** A pace of one turn in `intervalMs` for each key, in the order of the calls. */
export function createPace(clock: Clock, intervalMs: number): Pace {
  const nextAt = createBoundedMap<string, number>(MAX_KEYS);
  return {
    async turn(key, signal) {
      const now = clock.now();
      const at = Math.max(now, nextAt.get(key) ?? now);
      nextAt.set(key, at + intervalMs);
      if (at > now) await wait(clock, at - now, signal);
    },
    hold(key, delayMs) {
      nextAt.set(key, Math.max(nextAt.get(key) ?? 0, clock.now() + delayMs));
    },
  };
}

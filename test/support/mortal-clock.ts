import type { Clock } from '../../src/core/ports/clock.js';

/** The clock of one process of several: its timers die with the process, and wait while it is suspended. */
export interface MortalClock extends Clock {
  die(): void;
  suspend(): void;
  resume(): void;
}

/** A process's clock over a clock that all processes share. */
export function createMortalClock(clock: Clock): MortalClock {
  let alive = true;
  let suspended: (() => void)[] | undefined;
  return {
    now: clock.now,
    after: (delayMs, callback) => {
      let cancelled = false;
      const fire = (): void => {
        if (!alive || cancelled) return;
        if (suspended === undefined) callback();
        else suspended.push(fire);
      };
      const cancel = clock.after(delayMs, fire);
      return () => {
        cancelled = true;
        cancel();
      };
    },
    die() {
      alive = false;
    },
    suspend() {
      suspended ??= [];
    },
    resume() {
      const due = suspended ?? [];
      suspended = undefined;
      for (const fire of due) fire();
    },
  };
}

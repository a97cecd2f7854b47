import type { Clock } from '../../core/ports/clock.js';

/** A call's place among those that may not all run at once. */
export interface Turn {
  /**
   * How many calls of this process are before this one: now, and each time that changes; nothing when there is room at once. Ends when
   * its turn has come.
   * @throws TurnRefused when too many wait, or it waited too long; the signal's reason when aborted.
   */
  positions(): AsyncIterable<number>;
  /** Gives the place back. Must be called once, whatever happened. */
  end(): void;
}

/** Lets a few calls run at once and keeps the others in order. */
export interface Turns {
  /** `isFirst` goes before all others that wait: for what is short. */
  enter(options: { readonly isFirst: boolean; readonly signal: AbortSignal }): Turn;
}

/** How many, and how long. */
export interface TurnsOptions {
  readonly clock: Clock;
  /** Calls that run at once. */
  readonly concurrency: number;
  /** Calls that may wait. */
  readonly maxWaiting: number;
  /** How long one may wait, in milliseconds. */
  readonly maxWaitMs: number;
}

/** There was no turn: too many calls wait already, or it took too long. */
export class TurnRefused extends Error {}

interface Waiting {
  readonly isFirst: boolean;
  /** Called when the place in the queue may be another. */
  changed(): void;
}

/** Turns in the order of arrival, the short calls first. */
export function createTurns({ clock, concurrency, maxWaiting, maxWaitMs }: TurnsOptions): Turns {
  const running = new Set<Waiting>();
  const queue: Waiting[] = [];

  function advance(): void {
    while (running.size < concurrency) {
      const next = queue.shift();
      if (next === undefined) break;
      running.add(next);
      next.changed();
    }
    for (const waiting of queue) waiting.changed();
  }

  function join(waiting: Waiting): void {
    if (queue.length >= maxWaiting) throw new TurnRefused(`${queue.length} calls wait already`);
    const place = waiting.isFirst ? queue.findIndex(({ isFirst }) => !isFirst) : -1;
    queue.splice(place === -1 ? queue.length : place, 0, waiting);
    advance();
  }

  return {
    enter({ isFirst, signal }) {
      let wake = (): void => undefined;
      const waiting: Waiting = { isFirst, changed: () => wake() };
      return {
        async *positions() {
          signal.throwIfAborted();
          join(waiting);
          let isLate = false;
          const cancel = clock.after(maxWaitMs, () => {
            isLate = true;
            wake();
          });
          const onAbort = (): void => wake();
          signal.addEventListener('abort', onAbort, { once: true });
          try {
            for (let told = -1; !running.has(waiting);) {
              signal.throwIfAborted();
              if (isLate) throw new TurnRefused(`no turn within ${maxWaitMs} ms`);
              // Those that run are before it too.
              const before = queue.indexOf(waiting) + running.size;
              const change = new Promise<void>((resolve) => {
                wake = resolve;
              });
              if (before === told) await change;
              else yield before;
              told = before;
            }
          } finally {
            cancel();
            signal.removeEventListener('abort', onAbort);
          }
        },
        end() {
          const place = queue.indexOf(waiting);
          if (place !== -1) queue.splice(place, 1);
          if (running.delete(waiting) || place !== -1) advance();
        },
      };
    },
  };
}

import { wait } from './exclusive.js';
import type { Clock } from './ports/clock.js';
import type { Change } from './ports/coordinator.js';
import type { Logger } from './ports/logger.js';

/** What is followed, and what is done with it. */
export interface Following {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** As `Coordinator.follow`. */
  follow(signal: AbortSignal): AsyncIterable<Change>;
  /** Called one after another. A change that it throws on counts as missed, like those that come before it is heard again. */
  onChange(change: Change): void | Promise<void>;
  /** Called when changes may have been missed. */
  onGap(): void;
}

/** The wait before changes are followed again after that broke, in milliseconds. */
const FOLLOW_AGAIN_MS = 1_000;

/** Follows the changes of all processes until the signal aborts, from anew where that breaks; never throws. */
export async function followChanges(following: Following): Promise<void> {
  const { clock, logger, signal, onChange, onGap } = following;
  for (let isAgain = false; !signal.aborted; isAgain = true) {
    try {
      if (isAgain) await wait(clock, FOLLOW_AGAIN_MS, signal);
      const changes = following.follow(signal);
      if (isAgain) onGap();
      for await (const change of changes) await onChange(change);
    } catch (error) {
      if (!signal.aborted) logger.warn('changes.not-followed', {}, error);
    }
  }
}

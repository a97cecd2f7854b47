import { toDocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { isEngineAway, withStoreDeadline } from '../store-deadline.js';

/** A call that an answer can do without: what came of it, or that it failed. */
export type Attempted<Result> = { readonly isDone: true; readonly value: Result } | { readonly isDone: false };

/** Makes one call; its failure is logged and never thrown. `what` names the call in the log. */
export type Attempt = <Result>(what: string, call: () => Promise<Result>) => Promise<Attempted<Result>>;

/** @param options.timeoutMs how long all calls of this effort may take together, in milliseconds; calls after it are not made. */
export function createBestEffort(options: {
  readonly creatorId: CreatorId;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}): Attempt {
  const { creatorId, clock, logger } = options;
  const endsAt = clock.now() + options.timeoutMs;
  return async (what, call) => {
    const timeoutMs = endsAt - clock.now();
    if (timeoutMs <= 0) {
      logger.warn('answer.left-undone', { creatorId, what });
      return { isDone: false };
    }
    try {
      return { isDone: true, value: await withStoreDeadline({ clock, timeoutMs }, call) };
    } catch (error) {
      const fields = { creatorId, what, code: toDocentError(error).code };
      if (isEngineAway(error)) logger.warn('answer.left-undone', fields, error);
      else logger.error('answer.left-undone', fields, error);
      return { isDone: false };
    }
  };
}

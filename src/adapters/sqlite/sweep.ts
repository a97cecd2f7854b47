import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import type { Database, SqlValue } from './database.js';

/** Rows that one deletion removes at the most, so that the event loop never waits long. */
export const SWEEP_BATCH = 500;

/** How often expired rows are looked for, in milliseconds. */
const SWEEP_INTERVAL_MS = 10 * 60_000;

/**
 * Repeats a deletion that ends in `LIMIT ${SWEEP_BATCH}` until nothing is left, letting other work run in between, and
 * returns how many rows went.
 */
export async function deleteInBatches(database: Database, sql: string, ...values: SqlValue[]): Promise<number> {
  let total = 0;
  for (;;) {
    const changes = database.run(sql, ...values);
    total += changes;
    if (changes < SWEEP_BATCH) return total;
    await setImmediate();
  }
}

/** What is swept, and by which clock. */
export interface SweepingOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Each removes what has expired in one store. */
  readonly sweeps: readonly (() => Promise<number>)[];
}

/** Sweeps every ten minutes. @returns a function that ends it and waits for a sweep that runs. */
export function startSweeping({ clock, logger, sweeps }: SweepingOptions): () => Promise<void> {
  let stopped = false;
  let running = Promise.resolve();
  let cancel = (): void => {};

  const sweepAll = async (): Promise<void> => {
    for (const sweep of sweeps) {
      if (stopped) return;
      try {
        await sweep();
      } catch (error) {
        logger.warn('sweep.failed', {}, error);
      }
    }
    arm();
  };
  const arm = (): void => {
    if (stopped) return;
    cancel = clock.after(SWEEP_INTERVAL_MS, () => {
      running = sweepAll();
    });
  };

  arm();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}

import { z } from 'zod';
import { METRIC_DAY_LIFE_MS, assertWholeNumbers, utcDay } from '../../core/metrics/metric-day.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Counters, MetricDay, MetricStore } from '../../core/ports/metric-store.js';
import type { Database } from './database.js';
import { SWEEP_BATCH, deleteInBatches } from './sweep.js';

const counterSchema = z.object({ name: z.string(), value: z.number().int() });

/** A metric store that can be told to remove what has expired. */
export interface SweptMetricStore extends MetricStore {
  /** Returns how many counters went. */
  sweep(): Promise<number>;
}

/** Keeps counters in `docent.sqlite`. */
export function createMetricStore(database: Database, clock: Clock): SweptMetricStore {
  const newestExpiredDay = (): MetricDay => utcDay(clock.now() - METRIC_DAY_LIFE_MS);

  return {
    async add(creatorId, day, increments) {
      assertWholeNumbers(increments);
      database.transaction(() => {
        for (const [name, increment] of Object.entries(increments))
          database.run(
            `INSERT INTO metrics (creator, day, name, value) VALUES (?, ?, ?, ?)
             ON CONFLICT (creator, day, name) DO UPDATE SET value = value + excluded.value`,
            creatorId,
            day,
            name,
            increment,
          );
      });
    },

    async read(creatorId, days) {
      const expired = newestExpiredDay();
      return days.flatMap((day) => {
        const counters = day > expired ? readDay(database, creatorId, day) : {};
        return Object.keys(counters).length === 0 ? [] : [{ day, counters }];
      });
    },

    async eraseCreator(creatorId) {
      const sql = `DELETE FROM metrics WHERE (creator, day, name) IN
        (SELECT creator, day, name FROM metrics WHERE creator = ? LIMIT ${SWEEP_BATCH})`;
      await deleteInBatches(database, sql, creatorId);
    },

    async health() {
      return database.health();
    },

    async sweep() {
      const sql = `DELETE FROM metrics WHERE (creator, day, name) IN
        (SELECT creator, day, name FROM metrics WHERE day <= ? LIMIT ${SWEEP_BATCH})`;
      return deleteInBatches(database, sql, newestExpiredDay());
    },
  };
}

function readDay(database: Database, creatorId: string, day: MetricDay): Counters {
  const rows = database.all('SELECT name, value FROM metrics WHERE creator = ? AND day = ?', creatorId, day);
  return Object.fromEntries(rows.map((row) => counterSchema.parse(row)).map(({ name, value }) => [name, value]));
}

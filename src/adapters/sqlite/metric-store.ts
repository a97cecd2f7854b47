import { z } from 'zod';
import type { CreatorId } from '../../core/ids.js';
import { assertWholeNumbers, newestExpiredDay } from '../../core/metrics/metric-day.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Counters, MetricDay, MetricLevel, MetricStore } from '../../core/ports/metric-store.js';
import type { Database } from './database.js';
import { SWEEP_BATCH, deleteInBatches } from './sweep.js';

const counterSchema = z.object({ name: z.string(), value: z.number().int() });

/** A metric store that can be told to remove what has expired. */
export interface SweptMetricStore extends MetricStore {
  /** Returns how many counters went. */
  sweep(): Promise<number>;
}

const TABLES = { detail: 'metrics', rollUp: 'metric_roll_ups' } as const satisfies Record<MetricLevel, string>;
const LEVELS = ['detail', 'rollUp'] as const;

/** Keeps counters in `docent.sqlite`. */
export function createMetricStore(database: Database, clock: Clock): SweptMetricStore {
  return {
    async add(creatorId, day, increments) {
      for (const level of LEVELS) assertWholeNumbers(increments[level]);
      database.transaction(() => {
        for (const level of LEVELS)
          for (const [name, increment] of Object.entries(increments[level]))
            database.run(
              `INSERT INTO ${TABLES[level]} (creator, day, name, value) VALUES (?, ?, ?, ?)
               ON CONFLICT (creator, day, name) DO UPDATE SET value = value + excluded.value`,
              creatorId,
              day,
              name,
              increment,
            );
      });
    },

    async read(creatorId, days, level) {
      const expired = newestExpiredDay(clock.now(), level);
      return days.flatMap((day) => {
        const counters = day > expired ? readDay(database, level, { creatorId, day }) : {};
        return Object.keys(counters).length === 0 ? [] : [{ day, counters }];
      });
    },

    async eraseCreator(creatorId) {
      for (const level of LEVELS) await deleteInBatches(database, deletion(level, 'creator = ?'), creatorId);
    },

    async health() {
      return database.health();
    },

    async sweep() {
      let count = 0;
      for (const level of LEVELS)
        count += await deleteInBatches(database, deletion(level, 'day <= ?'), newestExpiredDay(clock.now(), level));
      return count;
    },
  };
}

function deletion(level: MetricLevel, condition: string): string {
  const table = TABLES[level];
  return `DELETE FROM ${table} WHERE (creator, day, name) IN
    (SELECT creator, day, name FROM ${table} WHERE ${condition} LIMIT ${SWEEP_BATCH})`;
}

function readDay(
  database: Database,
  level: MetricLevel,
  { creatorId, day }: { readonly creatorId: CreatorId; readonly day: MetricDay },
): Counters {
  const rows = database.all(`SELECT name, value FROM ${TABLES[level]} WHERE creator = ? AND day = ?`, creatorId, day);
  return Object.fromEntries(rows.map((row) => counterSchema.parse(row)).map(({ name, value }) => [name, value]));
}

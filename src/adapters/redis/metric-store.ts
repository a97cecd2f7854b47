import { z } from 'zod';
import type { CreatorId } from '../../core/ids.js';
import { METRIC_DAY_LIFE_MS, assertWholeNumbers, startOfDay, utcDay } from '../../core/metrics/metric-day.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import type { MetricDay, MetricStore } from '../../core/ports/metric-store.js';
import { type Connection, defineScript } from './connection.js';
import { pingHealth } from './health.js';

const DAY_MS = 24 * 60 * 60_000;

/** Key: a day's counters. Arguments: seconds to live, then names and increments in turn. */
const ADD = defineScript(`
  for index = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[index], ARGV[index + 1]) end
  redis.call('EXPIRE', KEYS[1], ARGV[1])`);

const counterSchema = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number)
  .pipe(z.number().int());

/** What the store works with. */
export interface MetricStoreOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps a creator's day as the hash `ai_metrics:{creatorId}:{yyyymmdd}`, which expires. */
export function createMetricStore({ connection, clock, logger }: MetricStoreOptions): MetricStore {
  const keyOf = (creatorId: CreatorId, day: MetricDay): string => connection.key(`ai_metrics:${creatorId}:${day}`);

  const readDay = async (creatorId: CreatorId, day: MetricDay) => {
    const stored = Object.entries(await connection.run((client) => client.hgetall(keyOf(creatorId, day))));
    const counters = stored.flatMap(([name, text]) => {
      const value = counterSchema.safeParse(text);
      return value.success ? [[name, value.data] as const] : [];
    });
    if (counters.length < stored.length) logger.warn('metrics.invalid', { skipped: stored.length - counters.length });
    return { day, counters: Object.fromEntries(counters) };
  };

  return {
    async add(creatorId, day, increments) {
      assertWholeNumbers(increments);
      // A day that is over expires in the same step.
      const lifeMs = startOfDay(day) + METRIC_DAY_LIFE_MS - clock.now();
      const additions = Object.entries(increments).flat();
      await connection.runScript(ADD, [keyOf(creatorId, day)], [Math.ceil(lifeMs / 1_000), ...additions]);
    },

    async read(creatorId, days) {
      const newestExpired = utcDay(clock.now() - METRIC_DAY_LIFE_MS);
      const living = days.filter((day) => day > newestExpired);
      const read = await Promise.all(living.map((day) => readDay(creatorId, day)));
      return read.filter(({ counters }) => Object.keys(counters).length > 0);
    },

    async eraseCreator(creatorId) {
      // Every day that has not expired, and tomorrow, where the clock of another process may be already.
      const days = Array.from({ length: 9 }, (_, index) => utcDay(clock.now() + (1 - index) * DAY_MS));
      await Promise.all(days.map((day) => connection.run((client) => client.unlink(keyOf(creatorId, day)))));
    },

    health: (signal) => pingHealth(connection, signal),
  };
}

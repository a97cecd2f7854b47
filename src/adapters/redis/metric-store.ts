import { z } from 'zod';
import type { CreatorId } from '../../core/ids.js';
import {
  DAY_MS,
  METRIC_LIFE_MS,
  assertWholeNumbers,
  newestExpiredDay,
  startOfDay,
  utcDay,
} from '../../core/metrics/metric-day.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import type { MetricDay, MetricLevel, MetricStore } from '../../core/ports/metric-store.js';
import { type Connection, companionKey, defineScript } from './connection.js';
import { pingHealth } from './health.js';

/**
 * Keys: a day's counters, a level each. Arguments: for each key the seconds to live and a JSON object of increments. What
 * is no counter begins anew, so that it stops nothing; returns how many there were.
 */
const ADD = defineScript(`
  local replaced = 0
  for level, key in ipairs(KEYS) do
    for name, increment in pairs(cjson.decode(ARGV[2 * level])) do
      local text = string.format('%.0f', increment)
      local added = redis.pcall('HINCRBY', key, name, text)
      if type(added) == 'table' then
        redis.call('HSET', key, name, text)
        replaced = replaced + 1
      end
    end
    redis.call('EXPIRE', key, ARGV[2 * level - 1])
  end
  return replaced`);

const LEVELS = ['detail', 'rollUp'] as const satisfies readonly MetricLevel[];
/** Days whose counters may be there: those that are kept longest, and tomorrow, where another process' clock may be. */
const KEPT_DAYS = METRIC_LIFE_MS.rollUp / DAY_MS + 1;

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

/** Keeps a creator's day as the hash `ai_metrics:{creatorId}:{yyyymmdd}`, its roll-up beside it; both expire. */
export function createMetricStore({ connection, clock, logger }: MetricStoreOptions): MetricStore {
  const keyOf = (creatorId: CreatorId, day: MetricDay, level: MetricLevel): string => {
    const key = connection.key(`ai_metrics:${creatorId}:${day}`);
    return level === 'detail' ? key : companionKey(key, 'roll-up');
  };

  const readDay = async (creatorId: CreatorId, day: MetricDay, level: MetricLevel) => {
    const stored = Object.entries(await connection.run((client) => client.hgetall(keyOf(creatorId, day, level))));
    const counters = stored.flatMap(([name, text]) => {
      const value = counterSchema.safeParse(text);
      return value.success ? [[name, value.data] as const] : [];
    });
    if (counters.length < stored.length) logger.warn('metrics.invalid', { skipped: stored.length - counters.length });
    return { day, counters: Object.fromEntries(counters) };
  };

  return {
    async add(creatorId, day, increments) {
      for (const level of LEVELS) assertWholeNumbers(increments[level]);
      // A day that is over expires in the same step.
      const lifeSeconds = (level: MetricLevel): number =>
        Math.ceil((startOfDay(day) + METRIC_LIFE_MS[level] - clock.now()) / 1_000);
      const replaced = await connection.runScript(
        ADD,
        LEVELS.map((level) => keyOf(creatorId, day, level)),
        LEVELS.flatMap((level) => [lifeSeconds(level), JSON.stringify(increments[level])]),
      );
      if (replaced !== 0) logger.warn('metrics.replaced', { replaced: z.number().parse(replaced) });
    },

    async read(creatorId, days, level) {
      const newestExpired = newestExpiredDay(clock.now(), level);
      const living = days.filter((day) => day > newestExpired);
      const read = await Promise.all(living.map((day) => readDay(creatorId, day, level)));
      return read.filter(({ counters }) => Object.keys(counters).length > 0);
    },

    async eraseCreator(creatorId) {
      const days = Array.from({ length: KEPT_DAYS }, (_, index) => utcDay(clock.now() + (1 - index) * DAY_MS));
      const keys = days.flatMap((day) => LEVELS.map((level) => keyOf(creatorId, day, level)));
      await Promise.all(keys.map((key) => connection.run((client) => client.unlink(key))));
    },

    health: (signal) => pingHealth(connection, signal),
  };
}

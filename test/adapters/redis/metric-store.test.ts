import { describe, expect, it } from 'vitest';
import { companionKey } from '../../../src/adapters/redis/connection.js';
import { createMetricStore } from '../../../src/adapters/redis/metric-store.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Counters, MetricLevel } from '../../../src/core/ports/metric-store.js';
import { describeMetricStoreContract } from '../../contracts/metric-store.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage, openSubject } from './subject.js';

const HOUR_SECONDS = 60 * 60;
const coach = creatorIdSchema.parse('coach');

describeWith('redis-server', 'metrics on Redis', (part) => {
  const server = useRedisServer(part);
  const environment = () => ({ REDIS_URL: server().url });

  describeMetricStoreContract('redis', () => openSubject(environment(), createMetricStore));

  describe('metric store on Redis', () => {
    const open = async () => {
      const storage = await openStorage(environment());
      return { ...storage, store: createMetricStore(storage) };
    };
    // The clock of the tests says 1 December 2026, 12:00.
    const today = 'ai_metrics:coach:20261201';
    const both = (counters: Counters): Record<MetricLevel, Counters> => ({ detail: counters, rollUp: counters });

    it('keeps a day as one hash and its roll-up beside it, which expire 7 and 35 days after the day', async () => {
      const { connection, keys, store } = await open();
      await store.add(coach, '20261201', both({ questions: 2, tokens: 30 }));
      expect((await keys()).toSorted()).toEqual([today, `{${today}}:roll-up`]);
      const key = connection.key(today);
      expect(await connection.run((client) => client.hgetall(key))).toEqual({ questions: '2', tokens: '30' });
      for (const [of, hours] of [
        [key, 180],
        [companionKey(key, 'roll-up'), 852],
      ] as const) {
        const life = await connection.run((client) => client.ttl(of));
        expect(life).toBeGreaterThan(hours * HOUR_SECONDS - 60);
        expect(life).toBeLessThanOrEqual(hours * HOUR_SECONDS);
      }
    });

    it('keeps nothing of a day that is over', async () => {
      const { keys, store } = await open();
      await store.add(coach, '20261026', both({ questions: 1 }));
      expect(await keys()).toEqual([]);
    });

    it('passes over counters that cannot be read, and counts them in the log', async () => {
      const { connection, logger, store } = await open();
      await store.add(coach, '20261201', both({ questions: 2 }));
      await connection.run((client) => client.hset(connection.key(today), { broken: 'x', tokens: '1.5', none: '' }));
      expect(await store.read(coach, ['20261201'], 'detail')).toEqual([
        { day: '20261201', counters: { questions: 2 } },
      ]);
      expect(logger.lines).toContainEqual(
        expect.objectContaining({ event: 'metrics.invalid', fields: { skipped: 3 } }),
      );
    });

    it('begins counters anew that cannot be read, adds the others, and counts them in the log', async () => {
      const { connection, logger, store } = await open();
      await connection.run((client) =>
        client.hset(connection.key(today), { questions: 'x', tokens: '1.5', answers: '2' }),
      );
      for (let time = 0; time < 2; time += 1)
        await store.add(coach, '20261201', both({ questions: 1, tokens: 10, answers: 3, votes: 1 }));
      expect(await store.read(coach, ['20261201'], 'detail')).toEqual([
        { day: '20261201', counters: { questions: 2, tokens: 20, answers: 8, votes: 2 } },
      ]);
      expect(await store.read(coach, ['20261201'], 'rollUp')).toMatchObject([{ counters: { votes: 2 } }]);
      expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([
        expect.objectContaining({ event: 'metrics.replaced', fields: { replaced: 2 } }),
      ]);
    });

    it('leaves nothing of a creator that was erased', async () => {
      const { keys, store } = await open();
      for (const day of ['20261027', '20261128', '20261201', '20261202'])
        await store.add(coach, day, both({ questions: 1 }));
      expect(await keys()).toHaveLength(7);
      await store.eraseCreator(coach);
      expect(await keys()).toEqual([]);
    });
  });
});

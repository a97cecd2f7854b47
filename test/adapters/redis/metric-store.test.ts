import { describe, expect, it } from 'vitest';
import { createMetricStore } from '../../../src/adapters/redis/metric-store.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
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

    it("keeps a day as one hash that expires when the day's seven days are over", async () => {
      const { connection, keys, store } = await open();
      await store.add(coach, '20261201', { questions: 2, tokens: 30 });
      expect(await keys()).toEqual([today]);
      const key = connection.key(today);
      expect(await connection.run((client) => client.hgetall(key))).toEqual({ questions: '2', tokens: '30' });
      const life = await connection.run((client) => client.ttl(key));
      expect(life).toBeGreaterThan(156 * HOUR_SECONDS - 60);
      expect(life).toBeLessThanOrEqual(156 * HOUR_SECONDS);
    });

    it('keeps nothing of a day that is over', async () => {
      const { keys, store } = await open();
      await store.add(coach, '20261124', { questions: 1 });
      expect(await keys()).toEqual([]);
    });

    it('passes over counters that cannot be read, and counts them in the log', async () => {
      const { connection, logger, store } = await open();
      await store.add(coach, '20261201', { questions: 2 });
      await connection.run((client) => client.hset(connection.key(today), { broken: 'x', tokens: '1.5', none: '' }));
      expect(await store.read(coach, ['20261201'])).toEqual([{ day: '20261201', counters: { questions: 2 } }]);
      expect(logger.lines).toContainEqual(
        expect.objectContaining({ event: 'metrics.invalid', fields: { skipped: 3 } }),
      );
    });

    it('leaves nothing of a creator that was erased', async () => {
      const { keys, store } = await open();
      for (const day of ['20261125', '20261128', '20261201', '20261202']) await store.add(coach, day, { questions: 1 });
      expect(await keys()).toHaveLength(4);
      await store.eraseCreator(coach);
      expect(await keys()).toEqual([]);
    });
  });
});

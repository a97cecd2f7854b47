import { expect, it } from 'vitest';
import { createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage } from './subject.js';

const HOUR_MS = 60 * 60_000;

describeWith('redis-server', 'the change stream in Redis', (part) => {
  const server = useRedisServer(part);

  it('keeps no change for longer than an hour, however few there are', async () => {
    const storage = await openStorage({ REDIS_URL: server().url });
    const { connection } = storage;
    const key = connection.key('changes');
    const old = `${Date.now() - HOUR_MS - 1_000}-0`;
    await connection.run((client) => client.xadd(key, old, 'change', '{"kind":"answer","group":"coach","data":"old"}'));
    await createCoordinator(storage).publish({ kind: 'answer', group: 'coach', data: 'new' });
    const kept = await connection.run((client) => client.xrange(key, '-', '+'));
    expect(kept.map(([, [, text]]) => JSON.parse(text ?? '') as unknown)).toMatchObject([{ data: 'new' }]);
    const life = await connection.run((client) => client.pttl(key));
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(HOUR_MS);
  });
});

import { it } from 'vitest';
import { createChunkStore } from '../../../src/adapters/redis/chunk-store.js';
import { expectExactCopies } from '../../core/replica/replica-property.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage } from './subject.js';

describeWith('redis-server', 'a copy of the chunks on Redis', (part) => {
  const server = useRedisServer(part);

  it('holds exactly what Redis holds, whatever is written meanwhile and wherever processes die', async () => {
    const storage = await openStorage({ REDIS_URL: server().url });
    const { connection } = storage;
    const store = createChunkStore({ ...storage, maxLoggedIds: 100 });
    const { log } = store;
    if (log === undefined) throw new Error('it has a log');
    const trim = async (creatorId: string): Promise<void> => {
      await connection.run((client) => client.xtrim(`{${connection.key(`chunks:${creatorId}`)}}:log`, 'MAXLEN', 1));
    };
    await expectExactCopies({ store: { ...store, log }, trim }, 25);
  });
});

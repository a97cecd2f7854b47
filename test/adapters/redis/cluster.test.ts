import { describe, expect, it } from 'vitest';
import { createBlobStore } from '../../../src/adapters/redis/blob-store.js';
import { createChunkStore } from '../../../src/adapters/redis/chunk-store.js';
import { createConversationStore } from '../../../src/adapters/redis/conversation-store.js';
import { createMetricStore } from '../../../src/adapters/redis/metric-store.js';
import { createRecordStore } from '../../../src/adapters/redis/record-store.js';
import { serverHealth } from '../../../src/adapters/redis/health.js';
import { conversationIdSchema, creatorIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import { describeBlobStoreContract } from '../../contracts/blob-store.contract.js';
import { describeChunkLogContract } from '../../contracts/chunk-log.contract.js';
import { describeChunkStoreContract } from '../../contracts/chunk-store.contract.js';
import { describeConversationStoreContract } from '../../contracts/conversation-store.contract.js';
import { describeMetricStoreContract } from '../../contracts/metric-store.contract.js';
import { describeRecordStoreContract } from '../../contracts/record-store.contract.js';
import { eventually } from '../../support/eventually.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisCluster } from '../../support/redis-cluster.js';
import { openConnection, openStorage, openSubject } from './subject.js';

describeWith('redis-server', 'stores on a Redis Cluster', (part) => {
  const cluster = useRedisCluster(part);
  const environment = () => ({ REDIS_CLUSTER_NODES: cluster().addresses });

  describeRecordStoreContract('redis cluster', () =>
    openSubject(environment(), ({ connection, logger }) => createRecordStore(connection, logger)),
  );
  describeConversationStoreContract('redis cluster', () => openSubject(environment(), createConversationStore));
  describeMetricStoreContract('redis cluster', () => openSubject(environment(), createMetricStore));
  describeBlobStoreContract('redis cluster', () =>
    openSubject(environment(), (storage) => createBlobStore({ ...storage, maxTotalBytes: 10_000_000 })),
  );
  describeChunkStoreContract('redis cluster', () => openSubject(environment(), createChunkStore));
  describeChunkLogContract(
    'redis cluster',
    () => openSubject(environment(), (storage) => createChunkStore({ ...storage, maxLoggedIds: 50 })),
    50,
  );

  describe('a Redis Cluster', () => {
    it.each(['coach/a{b}c', '}{', '{}', '{coach}'])(
      'keeps list and summary of a conversation called %j in one slot',
      async (name) => {
        const store = createConversationStore(await openStorage(environment()));
        const creatorId = creatorIdSchema.parse('coach');
        const conversationId = conversationIdSchema.parse(name);
        const common = { conversationId, memberKey: memberKeySchema.parse('ada'), timestamp: 1, metadata: {} };
        await store.append(creatorId, conversationId, {
          question: { ...common, id: 'q', senderType: 'user', content: 'how?' },
          answer: { ...common, id: 'a', senderType: 'ai', content: 'so' },
        });
        expect(await store.summary(creatorId, conversationId)).toMatchObject({ userMessages: 1 });
        expect(await store.eraseCreator(creatorId)).toBe(2);
      },
    );

    it('is asked how it is, every master of it', async () => {
      const connection = await openConnection(environment());
      expect(await serverHealth(connection, new AbortController().signal)).toMatchObject({
        state: 'degraded',
        detail: expect.stringContaining('append-only file is off') as string,
      });
    });

    it('fails in time while a node is away, and heals when it is back', async () => {
      const connection = await openConnection({ ...environment(), REDIS_TIMEOUT_SECONDS: '1' });
      // One key in the slots of each node.
      const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
      const readAll = () => Promise.all(keys.map((key) => connection.run((client) => client.get(key))));
      await readAll();
      const [node] = cluster().nodes;
      await node?.kill();
      await expect(readAll()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
      await node?.restart();
      await eventually('answers from all nodes', () =>
        readAll().then(
          () => true,
          () => false,
        ),
      );
    });
  });
});

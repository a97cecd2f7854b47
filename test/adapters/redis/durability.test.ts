import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createBlobStore } from '../../../src/adapters/redis/blob-store.js';
import { createChunkStore } from '../../../src/adapters/redis/chunk-store.js';
import type { Connection } from '../../../src/adapters/redis/connection.js';
import { createConversationStore } from '../../../src/adapters/redis/conversation-store.js';
import { createMetricStore } from '../../../src/adapters/redis/metric-store.js';
import { createRecordStore } from '../../../src/adapters/redis/record-store.js';
import { conversationIdSchema, creatorIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { makeChunk } from '../../support/make-chunk.js';
import { describeWith } from '../../support/obtained.js';
import { startRedisServer } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

const notes = { name: 'notes', schema: z.object({ text: z.string() }) };
const creatorId = creatorIdSchema.parse('coach');
const conversationId = conversationIdSchema.parse('coach/web/home/room/thread');
const common = { conversationId, memberKey: memberKeySchema.parse('web/home/ada'), timestamp: 1, metadata: {} };
const question = { ...common, id: 'q', senderType: 'user', content: 'how?' } as const;
const answer = { ...common, id: 'a', senderType: 'ai', content: 'so' } as const;
const day = '20261201';
const { signal } = new AbortController();

function openStores(connection: Connection) {
  const storage = { connection, clock: createFakeClock(), logger: silentLogger };
  return {
    records: createRecordStore(connection, silentLogger),
    conversations: createConversationStore(storage),
    metrics: createMetricStore(storage),
    blobs: createBlobStore({ ...storage, maxTotalBytes: 10_000_000 }),
    chunks: createChunkStore(storage),
  };
}

describeWith('redis-server', 'Redis with an append-only file', (part) => {
  it('still has all that was acknowledged after it was killed and started again', async () => {
    const server = await startRedisServer(part, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    onTestFinished(() => server.stop());
    const connection = await openConnection({ REDIS_URL: server.url });
    const stores = openStores(connection);
    const bytes = randomBytes(1_500_000);
    const revision = await stores.records.put(notes, { creatorId }, { id: 'a', value: { text: 'kept' } });
    await stores.conversations.append(creatorId, conversationId, { question, answer });
    await stores.metrics.add(creatorId, day, { detail: { questions: 3 }, rollUp: {} });
    await stores.chunks.put(creatorId, [makeChunk()]);
    const place = (await stores.chunks.log.end(creatorId, signal)) ?? 'none';
    const upload = (async function* () {
      yield bytes;
    })();
    const { blobId } = await stores.blobs.put(creatorId, upload, { maxBytes: 2_000_000, signal });

    await server.kill();
    await server.restart();
    await eventually('an answer', () =>
      connection
        .run((client) => client.ping())
        .then(
          () => true,
          () => false,
        ),
    );

    expect(await stores.records.get(notes, { creatorId }, 'a')).toEqual({ id: 'a', value: { text: 'kept' }, revision });
    expect(await stores.conversations.recent(creatorId, conversationId, 20)).toEqual([question, answer]);
    expect(await stores.conversations.summary(creatorId, conversationId)).toMatchObject({ userMessages: 1 });
    expect(await stores.metrics.read(creatorId, [day], 'detail')).toEqual([{ day, counters: { questions: 3 } }]);
    expect(await stores.chunks.get(creatorId, [makeChunk().id])).toEqual([makeChunk()]);
    expect(await stores.chunks.log.after(creatorId, place, signal)).toEqual({ changes: [], place });
    expect(Buffer.from(await stores.blobs.read(creatorId, blobId, signal)).equals(bytes)).toBe(true);
  });
});

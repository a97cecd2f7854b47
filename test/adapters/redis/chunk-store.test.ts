import { describe, expect, it } from 'vitest';
import { createChunkStore } from '../../../src/adapters/redis/chunk-store.js';
import { type CreatorId, creatorIdSchema } from '../../../src/core/ids.js';
import type { ChunkStore } from '../../../src/core/ports/chunk-store.js';
import { describeChunkLogContract } from '../../contracts/chunk-log.contract.js';
import { describeChunkStoreContract } from '../../contracts/chunk-store.contract.js';
import { makeChunk } from '../../support/make-chunk.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage, openSubject } from './subject.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');
const { signal } = new AbortController();

async function endOf({ log }: Required<ChunkStore>, creatorId: CreatorId): Promise<string> {
  return (await log.end(creatorId, signal)) ?? 'none';
}

describeWith('redis-server', 'chunks on Redis', (part) => {
  const server = useRedisServer(part);
  const environment = () => ({ REDIS_URL: server().url });

  describeChunkStoreContract('redis', () => openSubject(environment(), createChunkStore));
  describeChunkLogContract(
    'redis',
    () => openSubject(environment(), (storage) => createChunkStore({ ...storage, maxLoggedIds: 50 })),
    50,
  );

  describe('chunk store on Redis', () => {
    const open = async () => {
      const storage = await openStorage(environment());
      return { ...storage, store: createChunkStore(storage) };
    };
    const passages = (count: number) => Array.from({ length: count }, (_, index) => makeChunk({ index }));

    it('passes over chunks that cannot be read, and counts them in the log', async () => {
      const { connection, logger, store } = await open();
      const [broken, whole] = passages(2);
      if (broken === undefined || whole === undefined) throw new Error('two passages were made');
      await store.put(coach, [broken, whole]);
      await connection.run((client) => client.hset(connection.key('chunks:coach'), broken.id, '{"text":'));
      expect(await store.get(coach, [broken.id, whole.id])).toEqual([whole]);
      expect(await store.range(coach, { ...broken, from: 0, limit: 10 })).toEqual([whole]);
      expect(logger.lines).toContainEqual(expect.objectContaining({ event: 'chunks.invalid', fields: { skipped: 1 } }));
    });

    it('deletes a document of more chunks than it deletes in one step', async () => {
      const { store } = await open();
      const chunks = passages(2_300);
      for (let from = 0; from < chunks.length; from += 500) await store.put(coach, chunks.slice(from, from + 500));
      const [first] = chunks;
      expect(await store.deleteDocument(coach, first?.documentId ?? makeChunk().documentId)).toBe(2_300);
      expect(await store.count(coach)).toBe(0);
    });

    it('leaves nothing of a creator that was erased', async () => {
      const { keys, store } = await open();
      await store.put(coach, passages(3));
      expect(await keys()).toEqual(['chunks:coach', '{chunks:coach}:log', '{chunks:coach}:order']);
      await store.eraseCreator(coach);
      expect(await keys()).toEqual([]);
    });

    it('does not take a place of another log, or no place at all, for its own', async () => {
      const { store } = await open();
      await store.put(coach, passages(1));
      await store.put(team, [makeChunk({ creator: 'team' })]);
      for (const place of [await endOf(store, team), '', '7', '0-0', '$', '99999999999999999999-1'])
        expect(await store.log.after(coach, place, signal)).toBeUndefined();
    });

    it('does not reach back to what a server lost, also when it has gone on since', async () => {
      const { connection, store } = await open();
      await store.put(coach, passages(4));
      const start = await endOf(store, coach);
      await store.put(coach, passages(1));
      await store.put(coach, passages(2));
      const lost = await endOf(store, coach);
      await connection.run((client) => client.xdel(`{${connection.key('chunks:coach')}}:log`, lost));
      expect(await store.log.after(coach, lost, signal)).toBeUndefined();
      await store.put(coach, passages(3));
      expect(await store.log.after(coach, lost, signal)).toBeUndefined();
      expect((await store.log.after(coach, start, signal))?.changes).toHaveLength(2);
    });

    it('counts in its bound every id that the log names', async () => {
      const storage = await openStorage(environment());
      const store = createChunkStore({ ...storage, maxLoggedIds: 50 });
      await store.put(coach, passages(1));
      const start = await endOf(store, coach);
      await store.put(coach, passages(40));
      expect(await store.log.after(coach, start, signal)).toBeDefined();
      for (let count = 0; count < 2; count += 1) await store.put(coach, passages(40));
      expect(await store.log.after(coach, start, signal)).toBeUndefined();
    });
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createBlobStore } from '../../../src/adapters/redis/blob-store.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { describeBlobStoreContract } from '../../contracts/blob-store.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage, openSubject } from './subject.js';

const MB = 1_048_576;
const WEEK_SECONDS = 7 * 24 * 60 * 60;
const coach = creatorIdSchema.parse('coach');
const { signal } = new AbortController();
const options = { maxBytes: 20 * MB, signal };

async function* inPieces(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield randomBytes(size);
}

describeWith('redis-server', 'blobs on Redis', (part) => {
  const server = useRedisServer(part);
  const environment = () => ({ REDIS_URL: server().url });

  describeBlobStoreContract('redis', () =>
    openSubject(environment(), (storage) => createBlobStore({ ...storage, maxTotalBytes: 10_000_000 })),
  );

  describe('blob store on Redis', () => {
    const open = async (maxTotalBytes = 20 * MB) => {
      const storage = await openStorage(environment());
      return { ...storage, store: createBlobStore({ ...storage, maxTotalBytes }) };
    };
    const nothing = ['{blobs}:total'];

    it('keeps bytes in parts of at most 1 MB, all of which expire after 7 days', async () => {
      const { connection, keys, store } = await open();
      const bytes = randomBytes(3 * MB + 5);
      const { blobId } = await store.put(
        coach,
        (async function* () {
          yield bytes.subarray(0, 10);
          yield bytes.subarray(10);
        })(),
        options,
      );
      expect(Buffer.from(await store.read(coach, blobId, signal)).equals(bytes)).toBe(true);
      const names = (await keys()).filter((name) => name.includes(blobId));
      expect(names).toEqual([
        `blob:coach:${blobId}`,
        ...[0, 1, 2, 3].map((index) => `{blob:coach:${blobId}}:${index}`),
      ]);
      for (const name of names) {
        const key = name.replace(/^\{?/, (brace) => brace + connection.key(''));
        expect(await connection.run((client) => client.ttl(key))).toBeGreaterThan(WEEK_SECONDS - 60);
        expect(await connection.run((client) => client.strlen(key))).toBeLessThanOrEqual(MB);
      }
    });

    it('lets the parts expire of an upload that a killed process never ended', async () => {
      const { connection, keys, store } = await open();
      const lives: number[] = [];
      const upload = async function* () {
        yield* inPieces(2 * MB);
        for (const name of await keys())
          if (name.startsWith('{blob:'))
            lives.push(await connection.run((client) => client.ttl(`{${connection.key('')}${name.slice(1)}`)));
      };
      await store.put(coach, upload(), options);
      expect(lives).toHaveLength(2);
      expect(Math.min(...lives)).toBeGreaterThan(WEEK_SECONDS - 60);
    });

    it.each([0, 1, MB - 1, MB, MB + 1, 2 * MB])('gives %i bytes back', async (size) => {
      const { store } = await open();
      const { blobId, sizeBytes } = await store.put(coach, inPieces(size), options);
      expect(sizeBytes).toBe(size);
      expect(await store.read(coach, blobId, signal)).toHaveLength(size);
    });

    it('refuses uploads past the space for all together, until there is room again', async () => {
      const { store } = await open(4 * MB);
      const { blobId } = await store.put(coach, inPieces(3 * MB), options);
      await expect(store.put(coach, inPieces(MB, MB), options)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
      await store.delete(coach, blobId);
      expect((await store.put(coach, inPieces(4 * MB), options)).sizeBytes).toBe(4 * MB);
    });

    it('counts what a killed process left until it has expired', async () => {
      const { clock, store } = await open(4 * MB);
      await store.put(coach, inPieces(3 * MB), options);
      await clock.advance(WEEK_SECONDS * 1_000 + 1);
      expect((await store.put(coach, inPieces(4 * MB), options)).sizeBytes).toBe(4 * MB);
    });

    it('leaves nothing of an upload that was refused, late or for want of room, and gives its space back', async () => {
      const { keys, store } = await open(4 * MB);
      await expect(store.put(coach, inPieces(MB, MB, MB), { maxBytes: 2 * MB + 1, signal })).rejects.toMatchObject({
        code: 'DOCUMENT_TOO_LARGE',
      });
      await expect(store.put(coach, inPieces(5 * MB), options)).rejects.toMatchObject({ code: 'QUEUE_FULL' });
      expect(await keys()).toEqual(nothing);
      expect((await store.put(coach, inPieces(4 * MB), options)).sizeBytes).toBe(4 * MB);
    });

    it('misses a blob of which a part is gone', async () => {
      const { connection, store } = await open();
      const { blobId } = await store.put(coach, inPieces(3 * MB), options);
      const key = `{${connection.key(`blob:coach:${blobId}`)}}:1`;
      await connection.run((client) => client.del(key));
      await expect(store.read(coach, blobId, signal)).rejects.toMatchObject({ code: 'BLOB_MISSING' });
    });

    it('does not publish an upload whose creator was erased meanwhile', async () => {
      const { keys, store } = await open();
      const upload = store.put(
        coach,
        (async function* () {
          yield* inPieces(2 * MB);
          await store.eraseCreator(coach);
          yield* inPieces(10);
        })(),
        options,
      );
      await expect(upload).rejects.toMatchObject({ code: 'BLOB_MISSING' });
      expect(await keys()).toEqual(nothing);
    });

    it('says how much of its space is taken', async () => {
      const { store } = await open();
      await store.put(coach, inPieces(3 * MB), options);
      expect(await store.health(signal)).toMatchObject({
        state: 'healthy',
        detail: '3.0 of 20 MB of uploads are kept.',
      });
    });
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { blobMissing, blobTooLarge, megabytes } from '../../core/blob-errors.js';
import { type BlobId, blobIdSchema, type CreatorId } from '../../core/ids.js';
import { itemsUntilAborted } from '../../core/items-until-aborted.js';
import type { BlobStore } from '../../core/ports/blob-store.js';
import type { Clock } from '../../core/ports/clock.js';
import { createBlobSpace } from './blob-space.js';
import { type Connection, companionKey, defineScript } from './connection.js';
import { pingHealth } from './health.js';
import { parseJson } from './stored-json.js';

/** Bytes of one value in Redis; every part but the last is as large. */
const PART_BYTES = 1_048_576;
const LIFE_SECONDS = 7 * 24 * 60 * 60;

/** Keys: the blob, its parts. Arguments: seconds to live, description. Publishes a blob whose parts are all there. */
const PUBLISH = defineScript(`
  for index = 2, #KEYS do
    if redis.call('EXPIRE', KEYS[index], ARGV[1]) == 0 then return 0 end
  end
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[1])
  return 1`);

const blobSchema = z.object({ sizeBytes: z.number().int(), contentHash: z.string() });

interface Upload {
  readonly name: string;
  /** Bytes that are in Redis, or may be. */
  sizeBytes: number;
}

/** What the store works with. */
export interface BlobStoreOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  /** All blobs together; past it an upload is refused with `QUEUE_FULL`. */
  readonly maxTotalBytes: number;
}

/**
 * Keeps an upload as parts of 1 MB, `{blob:{creatorId}:{blobId}}:{n}`, and publishes it by its description under
 * `blob:{creatorId}:{blobId}`, in one Cluster slot; all of it expires after 7 days.
 */
export function createBlobStore({ connection, clock, maxTotalBytes }: BlobStoreOptions): BlobStore {
  const space = createBlobSpace({ connection, clock, maxTotalBytes });
  const keyOf = (name: string): string => connection.key(`blob:${name.replace('/', ':')}`);
  const partKeys = (key: string, sizeBytes: number): string[] =>
    Array.from({ length: Math.ceil(sizeBytes / PART_BYTES) }, (_, index) => companionKey(key, String(index)));

  /** Removes a blob and says whether it took any room. */
  const discard = async (name: string, sizeBytes: number): Promise<boolean> => {
    const key = keyOf(name);
    await connection.run((client) => client.unlink(key, ...partKeys(key, sizeBytes)));
    return space.release(name);
  };

  const remove = async (name: string): Promise<boolean> => {
    const sizeBytes = await space.taken(name);
    return sizeBytes !== undefined && discard(name, sizeBytes);
  };

  const removeAll = async (names: readonly string[]): Promise<number> => {
    let removed = 0;
    for (const name of names) if (await remove(name)) removed += 1;
    return removed;
  };

  /** Takes room before it writes: what is written is always known. */
  const writePart = async (name: string, index: number, part: Buffer, signal: AbortSignal): Promise<void> => {
    if (!(await space.take(name, part.length))) {
      await removeAll(await space.olderThan(clock.now() - LIFE_SECONDS * 1_000));
      if (!(await space.take(name, part.length))) throw space.full();
    }
    const key = companionKey(keyOf(name), String(index));
    await connection.run((client) => client.set(key, part, 'EX', LIFE_SECONDS), signal);
  };

  const receive = async (upload: Upload, parts: AsyncIterable<Buffer>, signal: AbortSignal) => {
    const { name } = upload;
    const hash = createHash('sha256');
    for await (const part of parts) {
      hash.update(part);
      const index = upload.sizeBytes / PART_BYTES;
      upload.sizeBytes += part.length;
      await writePart(name, index, part, signal);
    }
    if (upload.sizeBytes === 0) await space.take(name, 0);
    const blob = { sizeBytes: upload.sizeBytes, contentHash: hash.digest('hex') };
    const key = keyOf(name);
    const keys = [key, ...partKeys(key, upload.sizeBytes)];
    const published = await connection.runScript(PUBLISH, keys, [LIFE_SECONDS, JSON.stringify(blob)], signal);
    // Somebody erased the creator meanwhile.
    if (published !== 1) throw blobMissing();
    return blob;
  };

  const read = async (creatorId: CreatorId, blobId: BlobId, signal: AbortSignal): Promise<Buffer> => {
    const key = keyOf(`${creatorId}/${blobId}`);
    const text = await connection.run((client) => client.get(key), signal);
    const blob = blobSchema.safeParse(parseJson(text ?? ''));
    if (!blob.success) throw blobMissing();
    const bytes = Buffer.allocUnsafe(blob.data.sizeBytes);
    let offset = 0;
    for (const partKey of partKeys(key, bytes.length)) {
      const part = await connection.run((client) => client.getBuffer(partKey), signal);
      offset += part?.copy(bytes, offset) ?? 0;
    }
    if (offset !== bytes.length) throw blobMissing();
    return bytes;
  };

  return {
    async put(creatorId, bytes, { maxBytes, signal }) {
      const blobId = blobIdSchema.parse(randomBytes(16).toString('hex'));
      const upload = { name: `${creatorId}/${blobId}`, sizeBytes: 0 };
      try {
        return { blobId, ...(await receive(upload, partsOf(itemsUntilAborted(bytes, signal), maxBytes), signal)) };
      } catch (error) {
        // What cannot be removed now expires, and is swept.
        await discard(upload.name, upload.sizeBytes).catch(() => {});
        throw error;
      }
    },

    read,

    async delete(creatorId, blobId) {
      await remove(`${creatorId}/${blobId}`);
    },

    async sweep(maxAgeMs) {
      let swept = 0;
      for (let removed = Infinity; removed > 0; swept += removed)
        removed = await removeAll(await space.olderThan(clock.now() - maxAgeMs));
      return swept;
    },

    async eraseCreator(creatorId) {
      let erased = 0;
      for await (const names of space.namesOf(creatorId)) erased += await removeAll(names);
      return erased;
    },

    async health(signal) {
      const health = await pingHealth(connection, signal);
      if (health.state === 'unhealthy') return health;
      const used = megabytes(await space.total(signal));
      return { ...health, detail: `${used} of ${megabytes(maxTotalBytes)} MB of uploads are kept.` };
    },
  };
}

/** The bytes in parts of `PART_BYTES`. @throws DocentError `DOCUMENT_TOO_LARGE` past `maxBytes`. */
async function* partsOf(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let sizeBytes = 0;
  for await (const piece of bytes) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) throw blobTooLarge(maxBytes);
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes < PART_BYTES) continue;
    const joined = Buffer.concat(waiting);
    const whole = joined.length - (joined.length % PART_BYTES);
    for (let from = 0; from < whole; from += PART_BYTES) yield joined.subarray(from, from + PART_BYTES);
    waiting = [joined.subarray(whole)];
    waitingBytes = joined.length - whole;
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting);
}

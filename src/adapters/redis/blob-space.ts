import { z } from 'zod';
import { noRoomForBlob } from '../../core/blob-errors.js';
import type { DocentError } from '../../core/errors.js';
import type { CreatorId } from '../../core/ids.js';
import type { Clock } from '../../core/ports/clock.js';
import { type Connection, companionKey, defineScript } from './connection.js';

/** Keys: names by time, sizes, total. Arguments: name, bytes, time, most bytes in all. Returns 0 when there is no room. */
const TAKE = defineScript(`
  local total = tonumber(redis.call('GET', KEYS[3]) or 0)
  if total + tonumber(ARGV[2]) > tonumber(ARGV[4]) then return 0 end
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
  redis.call('HINCRBY', KEYS[2], ARGV[1], ARGV[2])
  redis.call('INCRBY', KEYS[3], ARGV[2])
  return 1`);

/** Keys: names by time, sizes, total. Argument: name. Returns 0 when it had none. */
const RELEASE = defineScript(`
  local size = redis.call('HGET', KEYS[2], ARGV[1])
  if not size then return 0 end
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('DECRBY', KEYS[3], size)
  return 1`);

const BATCH = 100;
const sizeSchema = z.coerce.number().int();

/** The room that blobs take, and which blobs there are. A name is `creatorId/blobId`. */
export interface BlobSpace {
  /** Takes more room for a blob and says whether there was any. */
  take(name: string, bytes: number): Promise<boolean>;
  /** Gives a blob's room back, once however often it is called, and says whether it had any. */
  release(name: string): Promise<boolean>;
  /** The bytes that a blob has taken; undefined for one that is not there. */
  taken(name: string): Promise<number | undefined>;
  /** At most 100 blobs whose last part was written before a moment in milliseconds since 1970, oldest first. */
  olderThan(timeMs: number): Promise<string[]>;
  namesOf(creatorId: CreatorId): AsyncIterable<string[]>;
  total(signal: AbortSignal): Promise<number>;
  /** The error for an upload without room. */
  full(): DocentError;
}

/** What the space works with. */
export interface BlobSpaceOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly maxTotalBytes: number;
}

/** Counts in `blobs`, blobs by time, and beside it their sizes and the sum: one Cluster slot for all, so that it is exact. */
export function createBlobSpace({ connection, clock, maxTotalBytes }: BlobSpaceOptions): BlobSpace {
  const names = connection.key('blobs');
  const sizes = companionKey(names, 'sizes');
  const total = companionKey(names, 'total');
  const keys = [names, sizes, total];

  return {
    async take(name, bytes) {
      return (await connection.runScript(TAKE, keys, [name, bytes, clock.now(), maxTotalBytes])) === 1;
    },

    release: async (name) => (await connection.runScript(RELEASE, keys, [name])) === 1,

    async taken(name) {
      const size = await connection.run((client) => client.hget(sizes, name));
      return size === null ? undefined : sizeSchema.parse(size);
    },

    olderThan: (timeMs) =>
      connection.run((client) => client.zrangebyscore(names, '-inf', `(${timeMs}`, 'LIMIT', 0, BATCH)),

    async *namesOf(creatorId) {
      for (let cursor = '0', isEnd = false; !isEnd;) {
        const from = cursor;
        const [next, entries] = await connection.run((client) =>
          client.hscan(sizes, from, 'MATCH', `${creatorId}/*`, 'COUNT', BATCH),
        );
        yield entries.filter((_, index) => index % 2 === 0);
        cursor = next;
        isEnd = next === '0';
      }
    },

    async total(signal) {
      return sizeSchema.parse((await connection.run((client) => client.get(total), signal)) ?? 0);
    },

    full: () => noRoomForBlob(maxTotalBytes),
  };
}

import { z } from 'zod';
import type { Logger } from '../../core/ports/logger.js';
import type { Collection, ListOptions, RecordScope, RecordStore, StoredRecord } from '../../core/ports/record-store.js';
import { recordConflict, recordOutOfShape, scopeKey, toRecordText } from '../../core/record-text.js';
import { type Connection, companionKey, defineScript } from './connection.js';
import { pingHealth } from './health.js';

/**
 * Keys: records, ids in order, counter. Arguments: id, JSON, the revision that may be replaced (empty for any).
 * The counter starts at the time in milliseconds, and so ahead of the counter of a creator that was erased.
 */
const PUT = defineScript(`
  local stored = redis.call('HGET', KEYS[1], ARGV[1])
  local revision = stored and string.match(stored, '^%d+') or 'absent'
  if ARGV[3] ~= '' and ARGV[3] ~= revision then return false end
  redis.call('SET', KEYS[3], redis.call('TIME')[1] .. '000', 'NX')
  local written = redis.call('INCR', KEYS[3])
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', written) .. ARGV[2])
  redis.call('ZADD', KEYS[2], 0, ARGV[1])
  return written`);

/** Keys: records, ids in order. Argument: id. */
const DELETE = defineScript(`
  redis.call('ZREM', KEYS[2], ARGV[1])
  return redis.call('HDEL', KEYS[1], ARGV[1])`);

/** Keys: records, ids in order. Arguments: ZRANGEBYLEX or ZREVRANGEBYLEX, its two ends, how many. */
const LIST = defineScript(`
  local ids = redis.call(ARGV[1], KEYS[2], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
  if #ids == 0 then return {{}, {}} end
  return {ids, redis.call('HMGET', KEYS[1], unpack(ids))}`);

/** Keys: records, ids in order, counter. */
const ERASE = defineScript(`
  local count = redis.call('HLEN', KEYS[1])
  redis.call('UNLINK', unpack(KEYS))
  return count`);

const count = z.number().int();
const limitSchema = count.min(1).max(1_000);
const storedSchema = z.string().nullable();
const pageSchema = z.tuple([z.array(z.string()), z.array(storedSchema)]);

/** UTF-8 never has this byte, so that it ends whatever starts with the text before it. */
const AFTER_ALL = Buffer.from([0xff]);

/**
 * Keeps the records of a scope as one hash `records:{scope}`, `{collection}:{id}` → revision and JSON, beside their ids
 * in order: Redis compares the bytes of UTF-8, whose order is that of code points.
 */
export function createRecordStore(connection: Connection, logger: Logger): RecordStore {
  const keysOf = (scope: RecordScope): readonly [records: string, ids: string, counter: string] => {
    const records = connection.key(`records:${scopeKey(scope)}`);
    return [records, companionKey(records, 'ids'), companionKey(records, 'revision')];
  };

  const readPage = async (collection: string, scope: RecordScope, options: ListOptions) => {
    const [records, ids] = keysOf(scope);
    const page = await connection.runScript(LIST, [records, ids], rangeArguments(collection, options));
    const [members, values] = pageSchema.parse(page);
    return members.map((member, index) => ({ id: member.slice(collection.length + 1), stored: values[index] ?? null }));
  };

  return {
    async get(collection, scope, id) {
      const [records] = keysOf(scope);
      const stored = await connection.run((client) => client.hget(records, memberOf(collection.name, id)));
      if (stored === null) return undefined;
      const record = readRecord(collection, id, stored);
      if (record === undefined) throw recordOutOfShape(collection.name);
      return record;
    },

    async put(collection, scope, record, condition) {
      const text = toRecordText(collection, record);
      const written = await connection.runScript(PUT, keysOf(scope), [
        memberOf(collection.name, record.id),
        text,
        condition?.ifRevision ?? '',
      ]);
      if (written === null) throw recordConflict(collection.name);
      return count.parse(written);
    },

    async delete(collection, scope, id) {
      const [records, ids] = keysOf(scope);
      const deleted = await connection.runScript(DELETE, [records, ids], [memberOf(collection.name, id)]);
      return count.parse(deleted) > 0;
    },

    async list(collection, scope, options) {
      const limit = limitSchema.parse(options.limit);
      const records = [];
      let skipped = 0;
      for (let after = options.after, isEnd = false; !isEnd && records.length < limit;) {
        const page = await readPage(collection.name, scope, { ...options, ...(after === undefined ? {} : { after }) });
        for (const { id, stored } of page) {
          const record = stored === null ? undefined : readRecord(collection, id, stored);
          if (record === undefined) skipped += 1;
          else if (records.length < limit) records.push(record);
        }
        after = page.at(-1)?.id;
        isEnd = page.length < limit;
      }
      if (skipped > 0) logger.warn('records.invalid', { collection: collection.name, skipped });
      return records;
    },

    async eraseCreator(creatorId) {
      return count.parse(await connection.runScript(ERASE, keysOf({ creatorId }), []));
    },

    health: (signal) => pingHealth(connection, signal),
  };
}

function memberOf(collection: string, id: string): string {
  return `${collection}:${id}`;
}

function rangeArguments(collection: string, { prefix = '', after, limit, reverse = false }: ListOptions) {
  const start = Buffer.from(memberOf(collection, prefix));
  const end = Buffer.concat([start, AFTER_ALL]);
  const last = after === undefined ? undefined : Buffer.from(memberOf(collection, after));
  const from = last === undefined || last.compare(start) < 0 ? inclusive(start) : exclusive(last);
  const to = last === undefined || last.compare(end) > 0 ? exclusive(end) : exclusive(last);
  return reverse ? ['ZREVRANGEBYLEX', to, inclusive(start), limit] : ['ZRANGEBYLEX', from, exclusive(end), limit];
}

function inclusive(member: Buffer): Buffer {
  return Buffer.concat([Buffer.from('['), member]);
}

function exclusive(member: Buffer): Buffer {
  return Buffer.concat([Buffer.from('('), member]);
}

function readRecord<Shape extends z.ZodType>(
  collection: Collection<Shape>,
  id: string,
  stored: string,
): StoredRecord<z.infer<Shape>> | undefined {
  const [, revision, text] = /^(\d+) (.*)$/s.exec(stored) ?? [];
  if (text === undefined) return undefined;
  try {
    const value = collection.schema.safeParse(JSON.parse(text));
    return value.success ? { id, revision: Number(revision), value: value.data } : undefined;
  } catch {
    return undefined;
  }
}

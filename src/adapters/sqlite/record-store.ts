import { z } from 'zod';
import { DocentError } from '../../core/errors.js';
import type { Logger } from '../../core/ports/logger.js';
import {
  type Collection,
  type ListOptions,
  type RecordScope,
  type RecordStore,
  SYSTEM_SCOPE,
  type StoredRecord,
  type WriteCondition,
} from '../../core/ports/record-store.js';
import type { Database, Row, SqlValue } from './database.js';
import { SWEEP_BATCH, deleteInBatches } from './sweep.js';
import { anyJson, storedJson } from '../../core/stored-json.js';

const rowSchema = z.object({ id: z.string(), revision: z.number().int(), value: storedJson(anyJson) });
const revisionSchema = z.object({ revision: z.number().int() });
const idSchema = z
  .string()
  .min(1)
  .max(1_500)
  // SQLite's binding ends a text at its first NUL, so that two ids could become one.
  .refine((id) => id.isWellFormed() && !id.includes('\0'));
const limitSchema = z.number().int().min(1).max(1_000);

/** Keeps records in `docent.sqlite`. Revisions are one row counter, so that a record made anew never has an old one. */
export function createRecordStore(database: Database, logger: Logger): RecordStore {
  const find = (scope: RecordScope, collection: string, id: string): Row | undefined =>
    database.get(
      'SELECT id, revision, value FROM records WHERE scope = ? AND collection = ? AND id = ?',
      scopeKey(scope),
      collection,
      id,
    );

  return {
    async get(collection, scope, id) {
      const row = find(scope, collection.name, id);
      if (row === undefined) return undefined;
      const record = readRecord(collection, row);
      if (record === undefined) throw invalid(collection.name, 'does not have its shape any more; it cannot be used');
      return record;
    },

    async put(collection, scope, record, condition) {
      const value = toStoredText(collection, record);
      return database.transaction(() => {
        assertReplaceable(collection.name, find(scope, collection.name, record.id), condition);
        const written = database.get(
          'REPLACE INTO records (scope, collection, id, value) VALUES (?, ?, ?, ?) RETURNING revision',
          scopeKey(scope),
          collection.name,
          record.id,
          value,
        );
        return revisionSchema.parse(written).revision;
      });
    },

    async delete(collection, scope, id) {
      return (
        database.run(
          'DELETE FROM records WHERE scope = ? AND collection = ? AND id = ?',
          scopeKey(scope),
          collection.name,
          id,
        ) > 0
      );
    },

    async list(collection, scope, options) {
      const limit = limitSchema.parse(options.limit);
      const records = [];
      let skipped = 0;
      for (const row of rowsAfter(database, collection.name, scope, options)) {
        const record = readRecord(collection, row);
        if (record === undefined) skipped += 1;
        else records.push(record);
        if (records.length === limit) break;
      }
      if (skipped > 0) logger.warn('records.invalid', { collection: collection.name, skipped });
      return records;
    },

    async eraseCreator(creatorId) {
      const sql = `DELETE FROM records WHERE revision IN (SELECT revision FROM records WHERE scope = ? LIMIT ${SWEEP_BATCH})`;
      return deleteInBatches(database, sql, scopeKey({ creatorId }));
    },

    async health() {
      return database.health();
    },
  };
}

/** A creator called `system` keeps apart from the system scope by the prefix. */
function scopeKey(scope: RecordScope): string {
  return scope === SYSTEM_SCOPE ? SYSTEM_SCOPE : `creator:${scope.creatorId}`;
}

/** The text that will be read again, checked as it will be read. */
function toStoredText<Shape extends z.ZodType>(
  collection: Collection<Shape>,
  record: { readonly id: string; readonly value: z.infer<Shape> },
): string {
  if (!idSchema.safeParse(record.id).success)
    throw invalid(
      collection.name,
      'has an id that is empty, over 1,500 characters, no well-formed text, or holds a NUL',
    );
  const text = JSON.stringify(record.value) ?? 'null';
  const checked = collection.schema.safeParse(JSON.parse(text));
  if (!checked.success) throw invalid(collection.name, 'does not have its shape; nothing was written', checked.error);
  return text;
}

function readRecord<Shape extends z.ZodType>(
  collection: Collection<Shape>,
  row: Row,
): StoredRecord<z.infer<Shape>> | undefined {
  const stored = rowSchema.safeParse(row);
  if (!stored.success) return undefined;
  const value = collection.schema.safeParse(stored.data.value);
  return value.success ? { ...stored.data, value: value.data } : undefined;
}

function assertReplaceable(collection: string, row: Row | undefined, condition: WriteCondition | undefined): void {
  if (condition === undefined) return;
  const revision = row === undefined ? 'absent' : revisionSchema.parse(row).revision;
  if (revision === condition.ifRevision) return;
  throw new DocentError('RECORD_CONFLICT', {
    userMessage: `A record in "${collection}" was changed by somebody else at the same time. Look at it again and repeat the change.`,
    retryable: true,
  });
}

/** Rows in order, a page at a time; a text followed by the byte FF sorts after everything that starts with it. */
function* rowsAfter(
  database: Database,
  collection: string,
  scope: RecordScope,
  { prefix = '', after, limit, reverse = false }: ListOptions,
): Generator<Row> {
  const [from, order] = reverse ? ['<', 'DESC'] : ['>', 'ASC'];
  let last = after;
  for (;;) {
    const values: SqlValue[] = [scopeKey(scope), collection, prefix, prefix];
    if (last !== undefined) values.push(last);
    const rows = database.all(
      `SELECT id, revision, value FROM records
       WHERE scope = ? AND collection = ? AND id >= ? AND id < ? || x'FF' ${last === undefined ? '' : `AND id ${from} ?`}
       ORDER BY id ${order} LIMIT ${limit}`,
      ...values,
    );
    yield* rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < limit) return;
    last = String(end['id']);
  }
}

function invalid(collection: string, problem: string, cause?: unknown): DocentError {
  return new DocentError('RECORD_INVALID', { userMessage: `A record in "${collection}" ${problem}.`, cause });
}

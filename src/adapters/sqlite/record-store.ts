import { z } from 'zod';
import type { Logger } from '../../core/ports/logger.js';
import type {
  Collection,
  ListOptions,
  RecordScope,
  RecordStore,
  StoredRecord,
  WriteCondition,
} from '../../core/ports/record-store.js';
import { recordConflict, recordOutOfShape, scopeKey, toRecordText } from '../../core/record-text.js';
import type { Database, Row, SqlValue } from './database.js';
import { SWEEP_BATCH, deleteInBatches } from './sweep.js';
import { anyJson, storedJson } from '../../core/stored-json.js';

const rowSchema = z.object({ id: z.string(), revision: z.number().int(), value: storedJson(anyJson) });
const revisionSchema = z.object({ revision: z.number().int() });
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
      if (record === undefined) throw recordOutOfShape(collection.name);
      return record;
    },

    async put(collection, scope, record, condition) {
      const value = toRecordText(collection, record);
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
  throw recordConflict(collection);
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

import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { DocentError } from '../../core/errors.js';

/** A value that SQLite binds or returns; integers come back as numbers (they stay under 2^53 here). */
export type SqlValue = string | number | bigint | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

/** One open SQLite file. Calls are synchronous: keep each transaction small, because the event loop waits for it. */
export interface Database {
  /** Runs a statement; statements are compiled once and kept. Returns how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number;
  get(sql: string, ...values: SqlValue[]): Row | undefined;
  all(sql: string, ...values: SqlValue[]): Row[];
  /** All or nothing, flushed to disk when it returns. Not nestable. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

export interface OpenOptions {
  /** Absolute path of the file; its folder exists. */
  readonly path: string;
  /** SQL scripts; script n brings a file from version n to n + 1 and is never changed once released. */
  readonly migrations: readonly string[];
  /** Loads sqlite-vec. Default false. */
  readonly vectors?: boolean;
}

/** How long a call waits for a lock of another connection, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens a file with write-ahead log and full sync (what was committed survives a power cut), and brings it to the
 * newest version.
 * @throws DocentError `ENGINE_UNAVAILABLE` when the file cannot be opened or is of a newer Docent.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  try {
    const connection = new DatabaseSync(options.path, { allowExtension: options.vectors === true });
    if (options.vectors === true) {
      connection.enableLoadExtension(true);
      connection.loadExtension((await import('sqlite-vec')).getLoadablePath());
      connection.enableLoadExtension(false);
    }
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;`);
    const database = wrap(connection);
    migrate(database, connection, options);
    return database;
  } catch (error) {
    if (error instanceof DocentError) throw error;
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: `The database ${options.path} cannot be opened. Check that the disk is not full and that Docent may write there.`,
      cause: error,
    });
  }
}

function wrap(connection: DatabaseSyncInstance): Database {
  const statements = new Map<string, StatementSyncInstance>();
  const statement = (sql: string): StatementSyncInstance => {
    const known = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    run: (sql, ...values) => Number(statement(sql).run(...values).changes),
    get: (sql, ...values) => statement(sql).get(...values) as Row | undefined,
    all: (sql, ...values) => statement(sql).all(...values) as Row[],
    transaction(work) {
      connection.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        connection.exec('COMMIT');
        return result;
      } catch (error) {
        connection.exec('ROLLBACK');
        throw error;
      }
    },
    close() {
      statements.clear();
      connection.close();
    },
  };
}

function migrate(database: Database, connection: DatabaseSyncInstance, options: OpenOptions): void {
  const version = Number(database.get('PRAGMA user_version')?.['user_version'] ?? 0);
  if (version > options.migrations.length)
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: `The database ${options.path} was written by a newer Docent. Start that version, or restore a backup.`,
    });
  for (const [index, script] of options.migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      connection.exec(script);
      connection.exec(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

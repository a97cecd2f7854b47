import path from 'node:path';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { DocentError } from '../../core/errors.js';
import type { Health } from '../../core/ports/health.js';

/** A value that SQLite binds or returns; integers come back as numbers (they stay under 2^53 here). */
export type SqlValue = string | number | bigint | null | Uint8Array;
/** A row as SQLite returns it, before it is checked. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * One open SQLite file. Calls are synchronous: keep each transaction small, because the event loop waits for it.
 * Every call throws DocentError `ENGINE_UNAVAILABLE`, retryable, when SQLite fails (a full disk, a closed file …).
 */
export interface Database {
  /** Runs a statement; statements are compiled once and kept. Returns how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number;
  get(sql: string, ...values: SqlValue[]): Row | undefined;
  all(sql: string, ...values: SqlValue[]): Row[];
  /** All or nothing, flushed to disk when it returns. Not nestable. */
  transaction<Result>(work: () => Result): Result;
  /** As `transaction`, but flushed with the next one: survives the end of the process, not always that of the machine. */
  unflushedTransaction<Result>(work: () => Result): Result;
  /** Whether the file can be read and written: a full disk would still let it be read. */
  health(): Health;
  close(): void;
}

/** Which file is opened, and how. */
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
 * Opens a file with write-ahead log and full sync (what was committed survives a power cut), where what is deleted is
 * overwritten, and brings it to the newest version.
 * @throws DocentError `ENGINE_UNAVAILABLE` when the file cannot be opened or is of a newer Docent.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  let connection: DatabaseSyncInstance | undefined;
  try {
    connection = new DatabaseSync(options.path, { allowExtension: options.vectors === true });
    if (options.vectors === true) {
      connection.enableLoadExtension(true);
      connection.loadExtension((await import('sqlite-vec')).getLoadablePath());
      connection.enableLoadExtension(false);
    }
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;`);
    const database = wrap(connection, path.basename(options.path));
    migrate(database, connection, options);
    return database;
  } catch (error) {
    connection?.close();
    if (error instanceof DocentError) throw error;
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: `The database ${options.path} cannot be opened. Check that the disk is not full and that Docent may write there.`,
      cause: error,
    });
  }
}

function wrap(connection: DatabaseSyncInstance, fileName: string): Database {
  const statements = new Map<string, StatementSyncInstance>();
  const statement = (sql: string): StatementSyncInstance => {
    const known = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const translated = <Result>(call: () => Result): Result => {
    try {
      return call();
    } catch (error) {
      throw new DocentError('ENGINE_UNAVAILABLE', {
        userMessage: `The database ${fileName} failed. Try again in a moment; if it stays, the operator should check that the disk is not full.`,
        retryable: true,
        cause: error,
      });
    }
  };
  const transaction = <Result>(work: () => Result): Result => {
    translated(() => connection.exec('BEGIN IMMEDIATE'));
    try {
      const result = work();
      translated(() => connection.exec('COMMIT'));
      return result;
    } catch (error) {
      // SQLite has rolled back on its own after some failures, such as a full disk.
      if (connection.isOpen && connection.isTransaction) connection.exec('ROLLBACK');
      throw error;
    }
  };
  const database: Database = {
    run: (sql, ...values) => translated(() => Number(statement(sql).run(...values).changes)),
    get: (sql, ...values) => translated(() => statement(sql).get(...values) as Row | undefined),
    all: (sql, ...values) => translated(() => statement(sql).all(...values) as Row[]),
    transaction,
    unflushedTransaction(work) {
      translated(() => connection.exec('PRAGMA synchronous = NORMAL'));
      try {
        return transaction(work);
      } finally {
        translated(() => connection.exec('PRAGMA synchronous = FULL'));
      }
    },
    health() {
      try {
        const version = Number(database.get('PRAGMA user_version')?.['user_version']);
        // Writes the page that holds it, with nothing changed.
        database.unflushedTransaction(() => database.run(`PRAGMA user_version = ${version}`));
        return { state: 'healthy', detail: `The database ${fileName} answers.` };
      } catch (error) {
        const fix = error instanceof DocentError ? error.userMessage : 'See the log.';
        return { state: 'unhealthy', detail: `The database ${fileName} cannot be read and written.`, fix };
      }
    },
    close() {
      statements.clear();
      try {
        // The binding keeps the file open until its statements are garbage: let go of the log and the cache now.
        connection.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory');
      } catch {
        // The log is read when the file is opened next.
      }
      connection.close();
    },
  };
  return database;
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

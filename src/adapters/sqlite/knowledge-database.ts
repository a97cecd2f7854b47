import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ZodError } from 'zod';
import { DocentError } from '../../core/errors.js';
import { type CreatorId, creatorIdSchema } from '../../core/ids.js';
import type { Health } from '../../core/ports/health.js';
import { type Tuning, defaultTuning } from '../../core/tuning.js';
import { type Database, openDatabase } from './database.js';
import { knowledgeMigrations } from './knowledge-database-schema.js';
import { probeWriting } from './write-probe.js';

/**
 * The knowledge of every creator, one SQLite file each: no query can reach another creator's chunks, word statistics
 * are the creator's own, and forgetting a creator deletes the file.
 */
export interface KnowledgeDatabases {
  /**
   * Runs `work` on the creator's file, which is made when it is not there. `work` is synchronous, so calls never mix.
   * @throws DocentError `ENGINE_UNAVAILABLE` when the file cannot be used or belongs to another creator.
   */
  use<Result>(creatorId: CreatorId, work: (database: Database) => Result): Promise<Result>;
  /** As `use`, but makes no file: undefined, without running `work`, for a creator who has none. */
  useExisting<Result>(creatorId: CreatorId, work: (database: Database) => Result): Promise<Result | undefined>;
  /** Deletes the creator's file when no chunk, keyword entry or vector is left in it. */
  removeIfEmpty(creatorId: CreatorId): Promise<void>;
  /** The creators who have a file. */
  creators(): Promise<CreatorId[]>;
  /** Whether files can be made here and the engine's extensions load. */
  health(): Promise<Health>;
  /** Closes every file. */
  close(): Promise<void>;
}

/** Where the files are, and how many stay open. */
export interface KnowledgeDatabasesOptions {
  /** Absolute path of the folder for the files; made when it is not there. */
  readonly folder: string;
  /** Files kept open; past that, the least recently used is closed, unless it is in use. Default 32. */
  readonly maxOpen?: number;
  /** How the words of new files are cut. Default: Porter stems. */
  readonly stemming?: Tuning['stemming'];
}

/** One creator's file while it is open. */
interface Room {
  readonly opening: Promise<Database>;
  /** Set when it is open. */
  database?: Database;
  users: number;
}

const ENDING = '.sqlite';
const HOLDS_NOTHING = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM chunks)
  AND NOT EXISTS (SELECT 1 FROM keyword_entries) AND NOT EXISTS (SELECT 1 FROM vector_entries)`;

/** Opens creators' files as they are needed. */
export function createKnowledgeDatabases({
  folder,
  maxOpen = 32,
  stemming = defaultTuning.stemming,
}: KnowledgeDatabasesOptions): KnowledgeDatabases {
  const migrations = knowledgeMigrations(stemming);
  /** The most recently used last. */
  const rooms = new Map<CreatorId, Room>();
  const fileOf = (creatorId: CreatorId): string => path.join(folder, `${creatorId}${ENDING}`);

  function enter(creatorId: CreatorId): Room {
    const room = rooms.get(creatorId) ?? newRoom(creatorId);
    rooms.delete(creatorId);
    rooms.set(creatorId, room);
    room.users += 1;
    return room;
  }

  function newRoom(creatorId: CreatorId): Room {
    const opening = openKnowledge(fileOf(creatorId), creatorId, migrations);
    opening.catch(() => rooms.delete(creatorId));
    return { opening, users: 0 };
  }

  function closeRoom(creatorId: CreatorId): void {
    const room = rooms.get(creatorId);
    rooms.delete(creatorId);
    room?.database?.close();
  }

  function leave(room: Room): void {
    room.users -= 1;
    for (const [creatorId, { users }] of rooms) {
      if (rooms.size <= maxOpen) return;
      if (users === 0) closeRoom(creatorId);
    }
  }

  /** Undefined when the creator was forgotten, and the file closed, while this call waited for it. */
  async function tryToUse<Result>(
    creatorId: CreatorId,
    work: (database: Database) => Result,
  ): Promise<{ readonly result: Result } | undefined> {
    const room = enter(creatorId);
    try {
      room.database = await room.opening;
      return rooms.get(creatorId) === room ? { result: work(room.database) } : undefined;
    } catch (error) {
      throw translate(creatorId, error);
    } finally {
      leave(room);
    }
  }

  const databases: KnowledgeDatabases = {
    async use(creatorId, work) {
      for (;;) {
        const done = await tryToUse(creatorId, work);
        if (done !== undefined) return done.result;
      }
    },
    async useExisting(creatorId, work) {
      while (rooms.has(creatorId) || existsSync(fileOf(creatorId))) {
        const done = await tryToUse(creatorId, work);
        if (done !== undefined) return done.result;
      }
      return undefined;
    },
    async removeIfEmpty(creatorId) {
      await databases.useExisting(creatorId, (database) => {
        if (database.get(HOLDS_NOTHING) === undefined) return;
        closeRoom(creatorId);
        for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileOf(creatorId)}${suffix}`, { force: true });
      });
    },
    async creators() {
      if (!existsSync(folder)) return [];
      const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
      return names.flatMap((name) => creatorIdSchema.safeParse(name.slice(0, -ENDING.length)).data ?? []);
    },
    health: () => healthOf(folder, migrations),
    async close() {
      const left = [...rooms.values()];
      rooms.clear();
      for (const { opening } of left) (await opening.catch(() => undefined))?.close();
    },
  };
  return databases;
}

async function openKnowledge(file: string, creatorId: CreatorId, migrations: readonly string[]): Promise<Database> {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = await openDatabase({ path: file, migrations, vectors: true });
  const owner = database.get('SELECT creator_id FROM owner')?.['creator_id'];
  if (owner === undefined) database.run('INSERT INTO owner (creator_id) VALUES (?)', creatorId);
  if (owner === undefined || owner === creatorId) return database;
  database.close();
  throw new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `The knowledge file ${file} belongs to another creator, so it is not used. Put the right file back from a backup, or remove it and add the documents again.`,
  });
}

async function healthOf(folder: string, migrations: readonly string[]): Promise<Health> {
  try {
    mkdirSync(folder, { recursive: true });
    await access(folder, constants.R_OK);
    await probeWriting(folder);
    (await openDatabase({ path: ':memory:', migrations, vectors: true })).close();
    return { state: 'healthy', detail: `Knowledge files in ${folder} can be read and written.` };
  } catch {
    return {
      state: 'unhealthy',
      detail: `Knowledge files in ${folder} cannot be used.`,
      fix: 'Check that the disk is not full, that Docent may write there, and that `npm ci` ran on this machine.',
    };
  }
}

function translate(creatorId: CreatorId, error: unknown): DocentError {
  if (error instanceof DocentError) return error;
  if (error instanceof ZodError)
    return new DocentError('RECORD_INVALID', {
      userMessage: `The knowledge of "${creatorId}" holds a row of a wrong shape. Put its file back from a backup, or forget the creator and add the documents again.`,
      cause: error,
    });
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `The knowledge of "${creatorId}" cannot be read or written right now. Check that the disk is not full and that Docent may write in its data folder.`,
    retryable: true,
    cause: error,
  });
}

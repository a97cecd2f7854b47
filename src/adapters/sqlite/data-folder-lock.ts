import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { z } from 'zod';
import { DocentError } from '../../core/errors.js';

const ownerSchema = z.object({ processId: z.number().int(), startedAt: z.iso.datetime() });
const sqliteFailureSchema = z.object({ errcode: z.number() });

/** SQLite's result code for "another connection holds the lock" (sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5;

/**
 * Makes this process the one owner of a data folder until it calls the returned function or ends in any way: the lock
 * is the kernel's, on `owner.sqlite`, so that a killed process leaves none behind.
 * @throws DocentError `DATA_FOLDER_IN_USE`, at once, when another process owns it; `ENGINE_UNAVAILABLE` when the folder
 * cannot be locked at all.
 */
export async function takeDataFolder(folder: string): Promise<() => void> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const ownerFile = path.join(folder, 'owner.json');
  let connection: DatabaseSyncInstance | undefined;
  try {
    connection = new DatabaseSync(path.join(folder, 'owner.sqlite'), { timeout: 0 });
    connection.exec('BEGIN EXCLUSIVE');
    writeFileSync(ownerFile, JSON.stringify({ processId: process.pid, startedAt: new Date().toISOString() }));
  } catch (error) {
    connection?.close();
    throw lockFailure(folder, ownerFile, error);
  }
  const held = connection;
  return () => {
    rmSync(ownerFile, { force: true });
    held.close();
  };
}

function lockFailure(folder: string, ownerFile: string, error: unknown): DocentError {
  if (sqliteFailureSchema.safeParse(error).data?.errcode === SQLITE_BUSY)
    return new DocentError('DATA_FOLDER_IN_USE', {
      userMessage: `The data folder ${folder} is in use by ${describeOwner(ownerFile)}. Stop that one first, or give this one its own folder with DOCENT_DATA_FOLDER.`,
      cause: error,
    });
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `The data folder ${folder} cannot be locked. Check that it is a local folder that Docent may write to, and that the disk is not full.`,
    cause: error,
  });
}

/** Only for the message: the file may be missing or half written. */
function describeOwner(ownerFile: string): string {
  try {
    const owner = ownerSchema.parse(JSON.parse(readFileSync(ownerFile, 'utf8')));
    return `another Docent (process ${owner.processId}, started ${owner.startedAt})`;
  } catch {
    return 'another Docent';
  }
}

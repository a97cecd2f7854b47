import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

/** The end of a file's name while it is written. */
export const PART = '.part';

/** Gives a received file its name for good; its time is the clock's, for sweeping. */
export async function publish(file: string, now: number): Promise<void> {
  await utimes(file + PART, new Date(now), new Date(now));
  await rename(file + PART, file);
  const parent = await open(path.dirname(file));
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

/** Removes half-written files and returns the size of the others together. */
export async function tidy(folder: string): Promise<number> {
  let totalBytes = 0;
  for (const creator of await filesIn(folder))
    for (const file of await filesIn(creator))
      if (file.endsWith(PART)) await rm(file, { force: true });
      else totalBytes += (await stat(file)).size;
  return totalBytes;
}

/** Milliseconds since 1970; never long ago for a file that has just gone. */
export async function modifiedAt(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return Infinity;
    throw error;
  }
}

/** Absolute paths of the files of a folder that are not being written; none when it is not there. */
export async function wholeFilesIn(folder: string): Promise<string[]> {
  return (await filesIn(folder)).filter((file) => !file.endsWith(PART));
}

/** Absolute paths of what is in a folder; nothing when it is not there. */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => path.join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether a file system call failed because there is no such file or folder: a file is no folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

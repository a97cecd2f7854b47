import { access, constants, readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import type { FileToSend } from '../adapters/terminal/terminal-client.js';
import { DocentError } from '../core/errors.js';

/** Most files of one call. */
const MAX_FILES = 50_000;

/** What was found under some paths. */
export interface FoundFiles {
  /** In path order. A file of a folder is called by its path inside that folder, with `/`. */
  readonly files: readonly (FileToSend & { readonly sizeBytes: number })[];
  /** What was passed over, each a line that says why. */
  readonly skipped: readonly string[];
  /** Files of kinds that no parser reads, counted by file ending. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/**
 * Finds the files to ingest. A file that is named is taken whatever it is called; from folders, and the folders in
 * them, come the ones whose ending some parser reads. Hidden files and links to folders are passed over.
 * @throws DocentError `COMMAND_INPUT` for a path that is not there, and past 50,000 files.
 */
export async function findFiles(paths: readonly string[], acceptedExtensions: readonly string[]): Promise<FoundFiles> {
  const accepted = new Set(acceptedExtensions);
  const files: { name: string; path: string; sizeBytes: number }[] = [];
  const skipped: string[] = [];
  const leftOut = new Map<string, number>();

  const addFile = async (path: string, name: string): Promise<void> => {
    const { size } = await stat(path);
    if (files.length >= MAX_FILES)
      throw wrong(`There are more than ${MAX_FILES} files. Ingest the folders one after another.`);
    files.push({ name, path, sizeBytes: size });
  };

  const walk = async (folder: string, root: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      const name = relative(root, path).split(sep).join('/');
      const extension = extname(entry.name).toLowerCase();
      if (entry.name.startsWith('.')) skipped.push(`${path}: hidden`);
      else if (entry.isDirectory())
        await walk(path, root).catch((error: unknown) => skipped.push(unreadable(path, error)));
      else if (!(await isFile(path))) skipped.push(`${path}: neither a file nor a folder`);
      else if (!accepted.has(extension)) leftOut.set(extension, (leftOut.get(extension) ?? 0) + 1);
      else if (!(await isReadable(path))) skipped.push(`${path}: cannot be read (permission denied)`);
      else await addFile(path, name);
    }
  };

  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw wrong(`The path ${path} cannot be read: ${reasonOf(error)}. Check how it is written.`);
    });
    if (found.isDirectory()) await walk(path, path);
    else await addFile(path, basename(path));
  }
  return { files, skipped, leftOut };
}

/** How many files were left out and why, in one sentence; undefined for none. */
export function describeLeftOut(leftOut: ReadonlyMap<string, number>): string | undefined {
  if (leftOut.size === 0) return undefined;
  const total = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...leftOut]
    .toSorted(([, a], [, b]) => b - a)
    .map(([extension, count]) => `${count} ${extension === '' ? 'without an ending' : extension}`);
  return `Left out ${total} of kinds that no parser reads: ${kinds.join(', ')}.`;
}

/** Follows links, but only to files: a link to a folder could lead in a circle. */
async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function unreadable(path: string, error: unknown): string {
  if (error instanceof DocentError) throw error;
  return `${path}: cannot be read (${reasonOf(error)})`;
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'EACCES') return 'permission denied';
  return code ?? String(error);
}

function wrong(userMessage: string): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage });
}

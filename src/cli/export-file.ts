import { once } from 'node:events';
import { access, open, rename, rm } from 'node:fs/promises';
import { DocentError } from '../core/errors.js';

/** A file that is being written. Under its name there is a whole one or none. */
export interface ExportFile {
  readonly path: string;
  /** @throws DocentError `COMMAND_INPUT` when it cannot be written, such as on a full disk. */
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name, once all of it is on the disk. @throws as `write`. */
  finish(): Promise<void>;
  /** Removes what was written and has no name yet. */
  discard(): Promise<void>;
}

/**
 * Opens a file that only its owner can read, or the standard output for `-`.
 * @throws DocentError `COMMAND_INPUT` when there is one of that name, or it cannot be written.
 */
export async function openExportFile(path: string): Promise<ExportFile> {
  if (path === '-') return standardOutput();
  if (await isThere(path))
    throw wrong(`The file ${path} is there already. Remove it, or choose another name with --output.`);
  const partPath = `${path}.part`;
  const failure = (error: unknown): DocentError =>
    wrong(`The file ${path} cannot be written: ${reasonOf(error)}. Choose another place with --output.`, error);
  try {
    await rm(partPath, { force: true });
    const handle = await open(partPath, 'wx', 0o600);
    return {
      path,
      write: (bytes) =>
        handle.writeFile(bytes).catch((error: unknown) => {
          throw failure(error);
        }),
      async finish() {
        try {
          await handle.sync();
          await handle.close();
          await rename(partPath, path);
        } catch (error) {
          throw failure(error);
        }
      },
      async discard() {
        await handle.close().catch(() => undefined);
        await rm(partPath, { force: true });
      },
    };
  } catch (error) {
    throw failure(error);
  }
}

function standardOutput(): ExportFile {
  if (process.stdout.isTTY)
    throw wrong(
      'An export is no text for a terminal. Send it to a file: docent export --output - > coach.docent.ndjson.gz',
    );
  return {
    path: '-',
    async write(bytes) {
      if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
    },
    finish: async () => undefined,
    discard: async () => undefined,
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'its folder is not there',
    EACCES: 'permission denied',
    EROFS: 'the disk can only be read',
    ENOSPC: 'the disk is full',
  };
  return reasons[code ?? ''] ?? code ?? String(error);
}

function wrong(userMessage: string, cause?: unknown): DocentError {
  return new DocentError('COMMAND_INPUT', { userMessage, cause });
}

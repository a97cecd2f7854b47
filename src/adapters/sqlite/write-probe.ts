import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const PROBE = '.health';
const PROBE_BYTES = 4_096;

/**
 * Writes a file of one page into a folder and removes it, without waiting for the disk: a full one takes none, though it
 * can be read and its permissions are right. @throws what the file system says.
 */
export async function probeWriting(folder: string): Promise<void> {
  const probe = path.join(folder, PROBE);
  try {
    await writeFile(probe, Buffer.alloc(PROBE_BYTES));
  } finally {
    await rm(probe, { force: true });
  }
}

import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { DocentError } from '../../core/errors.js';
import { hashParts } from '../../core/ids.js';

/** A socket's path fits in 104 bytes on macOS and 108 on Linux, the closing zero included (`man 4 unix`, `man 7 unix`). */
const MAX_PATH_BYTES = 100;

/**
 * The socket of the Docent that owns a data folder: `docent.sock` in it or, where that path is too long for a socket,
 * a name made from it in a folder of the user's own below the system's temporary one.
 * @throws DocentError `ENGINE_UNAVAILABLE` when that folder could be somebody else's: nobody is to listen in our place.
 */
export async function socketPathOf(dataFolder: string, temporaryFolder = tmpdir()): Promise<string> {
  const inside = path.join(dataFolder, 'docent.sock');
  if (Buffer.byteLength(inside) <= MAX_PATH_BYTES) return inside;
  const folder = path.join(temporaryFolder, `docent-${userInfo().uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  if (uid !== userInfo().uid || (mode & 0o077) !== 0)
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: `The folder ${folder} is open to others, so no socket can be there. Remove it, or choose a data folder with a shorter path.`,
    });
  return path.join(folder, `${hashParts(['socket', dataFolder], 16)}.sock`);
}

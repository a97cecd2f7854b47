import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CoreSettings } from './core-settings.js';
import { DocentError } from './errors.js';

/**
 * Makes the data folder where there is none, for this user alone, and returns its absolute path.
 * @param base folder that a relative path is found from
 * @throws DocentError `SETTINGS_INVALID` when it cannot be made.
 */
export async function makeDataFolder({ dataFolder }: Pick<CoreSettings, 'dataFolder'>, base: string): Promise<string> {
  const folder = resolve(base, dataFolder);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (error) {
    throw new DocentError('SETTINGS_INVALID', {
      userMessage: `The data folder ${folder} cannot be made. Set DOCENT_DATA_FOLDER to a folder that Docent may write to.`,
      cause: error,
    });
  }
}

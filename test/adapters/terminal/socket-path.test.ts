import { chmod, mkdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { socketPathOf } from '../../../src/adapters/terminal/socket-path.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const LONG_FOLDER = `/srv/${'deep/'.repeat(30)}data`;

describe('the path of the terminal socket', () => {
  it('lies in the data folder', async () => {
    expect(await socketPathOf('/srv/docent/data')).toBe('/srv/docent/data/docent.sock');
  });

  it('lies in a private folder when the data folder has too long a path for a socket', async () => {
    const temporary = await temporaryFolder();
    const path = await socketPathOf(LONG_FOLDER, temporary);
    expect(dirname(path)).toBe(join(temporary, `docent-${userInfo().uid}`));
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await socketPathOf(LONG_FOLDER, temporary)).toBe(path);
    expect(await socketPathOf(`${LONG_FOLDER}2`, temporary)).not.toBe(path);
  });

  it('is refused where others could listen in its place', async () => {
    const temporary = await temporaryFolder();
    const folder = join(temporary, `docent-${userInfo().uid}`);
    await mkdir(folder);
    await chmod(folder, 0o777);
    await expect(socketPathOf(LONG_FOLDER, temporary)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});

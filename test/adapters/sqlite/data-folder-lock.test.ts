import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeDataFolder } from '../../../src/adapters/sqlite/data-folder-lock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

async function holdElsewhere(folder: string): Promise<ChildProcess> {
  const child = fork(new URL('./hold-folder.child.js', import.meta.url), [folder], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}

describe('data folder lock', () => {
  it('refuses a folder that another process owns, naming the folder, the process and the fix', async () => {
    const folder = await temporaryFolder();
    const owner = await holdElsewhere(folder);
    const refusal = await takeDataFolder(folder).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'DATA_FOLDER_IN_USE', retryable: false });
    for (const part of [folder, `process ${owner.pid}`, 'DOCENT_DATA_FOLDER'])
      expect((refusal as Error).message).toContain(part);
  });

  it('takes over the folder of a process that was killed', async () => {
    const folder = await temporaryFolder();
    const owner = await holdElsewhere(folder);
    const exited = once(owner, 'exit');
    owner.kill('SIGKILL');
    await exited;
    (await takeDataFolder(folder))();
  });

  it('lets go of a folder, and takes it again', async () => {
    const folder = await temporaryFolder();
    const release = await takeDataFolder(folder);
    await expect(takeDataFolder(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
    release();
    (await takeDataFolder(folder))();
  });

  it('says so when the folder cannot be locked at all', async () => {
    const folder = path.join(await temporaryFolder(), 'missing');
    await expect(takeDataFolder(folder)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      userMessage: expect.stringContaining(folder) as string,
    });
  });
});

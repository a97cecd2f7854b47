import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeLeftOut, findFiles } from '../../src/cli/find-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const EXTENSIONS = ['.pdf', '.md'];

async function handbook(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'guide', 'week 1'), { recursive: true });
  await mkdir(join(folder, '.git'));
  await writeFile(join(folder, 'guide', 'week 1', 'plan.PDF'), 'plan');
  await writeFile(join(folder, 'guide', 'intro.md'), 'intro!');
  await writeFile(join(folder, 'guide', 'photo.png'), '');
  await writeFile(join(folder, 'Makefile'), '');
  await writeFile(join(folder, '.git', 'notes.md'), '');
  return folder;
}

describe('finding files', () => {
  it('takes from a folder what some parser reads, called by its path inside', async () => {
    const folder = await handbook();
    const { files, leftOut } = await findFiles([folder], EXTENSIONS);
    expect(files.map(({ name, sizeBytes }) => ({ name, sizeBytes }))).toEqual([
      { name: 'guide/intro.md', sizeBytes: 6 },
      { name: 'guide/week 1/plan.PDF', sizeBytes: 4 },
    ]);
    expect(describeLeftOut(leftOut)).toBe('Left out 2 of kinds that no parser reads: 1 without an ending, 1 .png.');
  });

  it('passes over hidden files and says so', async () => {
    const folder = await handbook();
    expect((await findFiles([folder], EXTENSIONS)).skipped).toEqual([`${join(folder, '.git')}: hidden`]);
  });

  it('does not follow a link to a folder, which may lead in a circle', async () => {
    const folder = await handbook();
    await symlink(folder, join(folder, 'guide', 'up.md'));
    const { files, skipped } = await findFiles([folder], EXTENSIONS);
    expect(files).toHaveLength(2);
    expect(skipped).toContain(`${join(folder, 'guide', 'up.md')}: neither a file nor a folder`);
  });

  it('takes a file that is named, whatever it is called', async () => {
    const folder = await handbook();
    const { files } = await findFiles([join(folder, 'Makefile')], EXTENSIONS);
    expect(files.map(({ name }) => name)).toEqual(['Makefile']);
  });

  it('refuses a path that is not there', async () => {
    await expect(findFiles(['/nowhere/at-all'], EXTENSIONS)).rejects.toMatchObject({ code: 'COMMAND_INPUT' });
  });
});

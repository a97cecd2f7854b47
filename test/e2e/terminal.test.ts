import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PLAN = `# Coaching plan

## First year

In the first year a member walks thirty minutes every morning and keeps a diary of meals.

## Second year

In the second year a member swims twice a week in the municipal pool and drops the diary.
`;

/** A folder with documents of several kinds, beside an empty data folder. */
async function library(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'library', '.hidden'), { recursive: true });
  await writeFile(join(folder, 'library', 'plan.md'), PLAN);
  await writeFile(
    join(folder, 'library', 'rules.txt'),
    'Refunds are paid within fourteen days after the written notice.\n',
  );
  await writeFile(join(folder, 'library', 'broken.pdf'), '%PDF-1.7\nnothing follows');
  await writeFile(join(folder, 'library', 'photo.raw'), 'x');
  return folder;
}

describe('docent in a terminal, without a running Docent', () => {
  it('explains commands that have no options, and refuses options that they do not have', async () => {
    const folder = await temporaryFolder();
    const explained = await runDocent(['start', '--help'], folder);
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: docent start\n/) as string });
    for (const [command, argument] of [
      ['start', '--port=4000'],
      ['doctor', '--creator'],
      ['healthcheck', 'now'],
    ] as const) {
      const { code, stdout, stderr } = await runDocent([command, argument], folder);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`"docent ${command}" has no arguments and no options, such as "${argument}".`);
    }
  });

  it('reads a folder, shows a table, and fails because one file is broken', async () => {
    const folder = await library();
    const { code, stdout, stderr } = await runDocent(['ingest', './library', '--creator', 'coach'], folder);
    expect(stdout).toMatch(/^Document +Outcome +Pages +Passages +Reason\n/);
    expect(stdout).toMatch(/^plan\.md +added +\d+/m);
    expect(stdout).toMatch(/^rules\.txt +added +\d+/m);
    expect(stdout).toMatch(/^broken\.pdf +failed +\S+/m);
    expect(stderr).toContain('Left out 1 of kinds that no parser reads: 1 .raw.');
    expect(stderr).toMatch(/Passed over .*\.hidden: hidden/);
    expect(code).toBe(1);
  });

  it('answers from what an earlier command read, with the source, to that creator alone', async () => {
    const folder = await library();
    expect((await runDocent(['ingest', 'library/plan.md'], folder)).code).toBe(0);
    const question = 'Where does a member swim in the second year?';
    const { code, stdout } = await runDocent(['ask', question], folder);
    expect(stdout).toMatch(/municipal pool/);
    expect(stdout).toMatch(/Sources\n\[1\] plan\.md/);
    expect(code).toBe(0);
    expect((await runDocent(['ask', question, '--creator', 'other'], folder)).stdout).not.toMatch(/municipal pool/);
  });

  it('stops at Ctrl-C with what was read kept', async () => {
    const folder = await library();
    const sections = Array.from(
      { length: 400 },
      (_, index) => `## Topic ${index}\n\nPoint ${index} is about walking to town ${index}.\n`,
    );
    await writeFile(join(folder, 'library', 'long.md'), `${sections.join('\n')}\n${PLAN}`);
    const ingest = startDocentProcess(['ingest', 'library/long.md'], folder);
    await ingest.printed(/Learning what it means/);
    ingest.process.kill('SIGINT');
    const { code, stdout, stderr } = await ingest.ended;
    expect(stdout).toMatch(/^long\.md +added/m);
    expect(stderr).toMatch(/Stopped\.\n$/);
    expect(code).toBe(130);
    expect((await runDocent(['documents'], folder)).stdout).toMatch(/long\.md/);
  });

  it('gives the result as data', async () => {
    const folder = await library();
    const { stdout } = await runDocent(['ingest', 'library/rules.txt', '--json'], folder);
    expect(JSON.parse(stdout)).toMatchObject([{ document: 'rules.txt', outcome: 'added', pages: null }]);
  });

  it('shows the plan and how every part is', async () => {
    const folder = await temporaryFolder();
    const { code, stdout } = await runDocent(['doctor'], folder);
    expect(stdout).toMatch(/^Profile embedded, role all, data folder /);
    expect(stdout).toMatch(/^sqlite +/m);
    expect(stdout).toMatch(/^\S.* healthy /m);
    expect(code).toBe(0);
  });

  it('shows every part, and why Docent cannot start, where an engine is away', async () => {
    const folder = await temporaryFolder();
    const environment = { DOCENT_PLUGINS: join(process.cwd(), 'dist/test/fixtures/absent-engine-plugin.js') };
    const { code, stdout } = await runDocent(['doctor'], folder, { ...environment, DOCENT_EMBEDDER: 'absent-engine' });
    expect(stdout).toMatch(/^records +healthy/m);
    expect(stdout).toMatch(/^embedder +unhealthy +It is not there\./m);
    expect(stdout).toMatch(/^embedder: Put it there\./m);
    expect(stdout).toMatch(/^Docent cannot start:\n- absent-engine: The engine is away\./m);
    expect(code).toBe(1);
  });

  it('lists every problem of the settings at once and starts nothing', async () => {
    const folder = await temporaryFolder();
    const environment = { DOCENT_WEB_PORT: 'many', DOCENT_EMBEDDER: 'nobody' };
    const { code, stderr } = await runDocent(['doctor'], folder, environment);
    expect(stderr).toContain('DOCENT_WEB_PORT');
    expect(stderr).toContain('DOCENT_EMBEDDER');
    expect(code).toBe(1);
  });

  it.each([
    { args: ['--help'], says: /^ {2}ingest {2,}\S/m },
    { args: ['ingest', '--help'], says: /^Usage: docent ingest FILE-OR-FOLDER…/ },
    { args: ['ask', '--help'], says: /^Usage: docent ask QUESTION/ },
  ])('explains itself with docent $args', async ({ args, says }) => {
    const { code, stdout } = await runDocent(args, await temporaryFolder());
    expect(stdout).toMatch(says);
    expect(code).toBe(0);
  });

  it.each([
    { args: ['dance'], says: /no command "dance"/ },
    { args: ['ingest', './missing'], says: /missing/ },
  ])('refuses docent $args with a way out', async ({ args, says }) => {
    const { code, stdout, stderr } = await runDocent(args, await temporaryFolder());
    expect(stdout + stderr).toMatch(says);
    expect(code).toBe(1);
  });
});

describe('docent in a terminal, beside a running Docent', () => {
  it('works on its documents and leaves it running', async () => {
    const folder = await library();
    const server = startDocentProcess(['start'], folder);
    await server.printed(/http:\/\/127\.0\.0\.1:\d+/);
    expect((await runDocent(['ingest', 'library/plan.md'], folder)).code).toBe(0);
    const { stdout } = await runDocent(['ask', 'Where does a member swim in the second year?'], folder);
    expect(stdout).toMatch(/municipal pool/);
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  it('says for a supervisor whether it is well', async () => {
    const folder = await temporaryFolder();
    const none = await runDocent(['healthcheck'], folder);
    expect(none).toMatchObject({ code: 1, stdout: 'No Docent runs on the data folder.\n' });
    const server = startDocentProcess(['start'], folder);
    await server.printed(/http:\/\/127\.0\.0\.1:\d+/);
    expect(await runDocent(['healthcheck'], folder)).toMatchObject({ code: 0, stdout: 'Well.\n' });
    expect((await runDocent(['doctor'], folder)).stdout).toContain('A Docent runs on the data folder');
  });

  it('is not well for a supervisor when a part is unhealthy', async () => {
    const folder = await temporaryFolder();
    const environment = { DOCENT_PLUGINS: join(process.cwd(), 'dist/test/fixtures/sick-part-plugin.js') };
    const server = startDocentProcess(['start'], folder, environment);
    await server.printed(/http:\/\/127\.0\.0\.1:\d+/);
    expect(await runDocent(['healthcheck'], folder, environment)).toMatchObject({
      code: 1,
      stdout: 'sick-part: It aches.\n',
    });
  });

  it('refuses a second server on the same data folder', async () => {
    const folder = await temporaryFolder();
    const server = startDocentProcess(['start'], folder);
    await server.printed(/http:\/\/127\.0\.0\.1:\d+/);
    const { code, stderr } = await runDocent(['start'], folder);
    expect(stderr).toMatch(/data folder .* is in use by another Docent/);
    expect(code).toBe(1);
  });
});

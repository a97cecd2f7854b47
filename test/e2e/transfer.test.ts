import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { socketPathOf } from '../../src/adapters/terminal/socket-path.js';
import { connectTerminal } from '../../src/adapters/terminal/terminal-client.js';
import { documentCollection } from '../../src/core/ingest/document-record.js';
import { systemClock } from '../../src/core/system-clock.js';
import { coach } from '../support/embedded-core.js';
import { runDocent, startDocentProcess } from '../support/docent-process.js';
import { openEmbeddedStores } from '../support/embedded-stores.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FILE = 'coach.docent.ndjson.gz';
/** Kills of an import; `DOCENT_KILL_ROUNDS=50` for the long proof. */
const ROUNDS = Number(process.env['DOCENT_KILL_ROUNDS'] ?? 2);
const DOCUMENTS = 12;
const PASSAGES = 150;

/** An embedder that costs nothing, so that what is timed is the import. */
const environment = {
  DOCENT_PLUGINS: join(process.cwd(), 'dist/test/fixtures/hash-embedder-plugin.js'),
  DOCENT_EMBEDDER: 'hash-embedder',
};

async function library(documents: number, passages: number): Promise<string> {
  const folder = await temporaryFolder();
  for (let number = 0; number < documents; number++) {
    const rules = Array.from(
      { length: passages },
      (_, index) => `## Rule ${index}\n\nRule ${index} of guide ${number} is about town ${index * documents + number}.`,
    );
    await writeFile(join(folder, `guide-${number}.md`), `# Guide ${number}\n\n${rules.join('\n\n')}\n`);
  }
  return folder;
}

/** What a data folder holds of the creator: how many passages each answering document has, and how many there are at all. */
async function inspect(folder: string) {
  const { engines, close } = await openEmbeddedStores(systemClock, join(folder, 'data'));
  const { recordStore, chunkStore, vectorIndex } = engines;
  const records = await recordStore.list(documentCollection, { creatorId: coach }, { limit: 100 });
  const found = {
    documents: records.map(({ value }) => value.active?.chunkCount ?? 0),
    chunks: await chunkStore.count(coach),
    vectors: (await vectorIndex.stats(coach))?.vectors ?? 0,
  };
  await close();
  return found;
}

describe('docent export and docent import', () => {
  it('move a creator from one folder to another, where the same question finds the same passage', async () => {
    const from = await library(2, 5);
    expect((await runDocent(['ingest', '.', '--creator', 'coach'], from)).code).toBe(0);
    const exported = await runDocent(['export', '--creator', 'coach'], from);
    expect(exported.stdout).toMatch(/^coach was exported: 2 documents and 10 passages\.$/m);
    expect((await stat(join(from, FILE))).mode & 0o777).toBe(0o600);
    const to = await temporaryFolder();
    expect((await runDocent(['import', join(from, FILE)], to)).code).toBe(0);
    const question = ['ask', 'Which rule is about town 7?', '--creator', 'coach', '--json'];
    const [before, after] = await Promise.all([runDocent(question, from), runDocent(question, to)]);
    const passages = (text: string): unknown => (JSON.parse(text) as { sources: unknown }).sources;
    expect(before.stdout).toContain('town 7');
    expect(passages(after.stdout)).toEqual(passages(before.stdout));
  });

  it('work beside a running Docent, through standard output and input too', async () => {
    const folder = await library(1, 5);
    const server = startDocentProcess(['start'], folder, environment);
    await server.printed(/http:\/\/127\.0\.0\.1:\d+/);
    await runDocent(['ingest', '.', '--creator', 'coach'], folder, environment);
    const { stdout } = await runDocent(['export', '--creator', 'coach', '--output', 'backup.gz'], folder, environment);
    expect(stdout).toMatch(/exported: 1 document/);
    const { code } = await runDocent(['import', 'backup.gz', '--creator', 'other'], folder, environment);
    expect(code).toBe(0);
    expect((await runDocent(['documents', '--creator', 'other'], folder, environment)).stdout).toContain('guide-0.md');
    server.process.kill('SIGTERM');
    expect((await server.ended).code).toBe(0);
  });

  it.each([
    { what: 'a creator that there is not', args: ['export', '--creator', 'nobody'], says: /no creator "nobody"/ },
    {
      what: 'a folder that is not there',
      args: ['export', '--output', 'missing/a.gz'],
      says: /its folder is not there/,
    },
    { what: 'a file that is not there', args: ['import', 'missing.gz'], says: /There is no file missing\.gz/ },
    { what: 'no file', args: ['import'], says: /Name the file to import/ },
    { what: 'another kind of file', args: ['import', 'guide-0.md'], says: /not a file that "docent export" made/ },
  ])('refuse $what, with a way out', async ({ args, says }) => {
    const folder = await library(1, 1);
    const { code, stdout, stderr } = await runDocent(args, folder, environment);
    expect(stdout + stderr).toMatch(says);
    expect(code).toBe(1);
  });

  it('write over no file', async () => {
    const folder = await library(1, 1);
    await runDocent(['ingest', 'guide-0.md'], folder, environment);
    await writeFile(join(folder, 'mine.gz'), 'mine');
    const { code, stderr } = await runDocent(['export', '--output', 'mine.gz'], folder, environment);
    expect(stderr).toMatch(/mine\.gz is there already/);
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'mine.gz'), 'utf8')).toBe('mine');
  });
});

/** Imports into a Docent that is killed once so many passages were read; says whether it was before the end. */
async function killImport(folder: string, path: string, afterChunks: number): Promise<boolean> {
  const server = startDocentProcess(['start'], folder, { ...environment, DOCENT_WEB: 'false' });
  await server.printed(/Docent is/);
  const closed = once(server.process, 'close');
  const connection = await connectTerminal(await socketPathOf(join(folder, 'data')), new AbortController().signal);
  const outcome = await connection
    ?.transfer({
      request: { type: 'import', replace: false },
      path,
      onStatus({ progress }) {
        if ((progress?.done ?? 0) >= afterChunks) server.process.kill('SIGKILL');
      },
    })
    .catch(() => undefined);
  server.process.kill('SIGKILL');
  await closed;
  return outcome === undefined;
}

describe('an import whose process is killed', () => {
  it(
    `leaves whole documents or none over ${ROUNDS} kills, and ends whole when it is run again`,
    async () => {
      const from = await library(DOCUMENTS, PASSAGES);
      await runDocent(['ingest', '.', '--creator', 'coach'], from, environment);
      await runDocent(['export', '--creator', 'coach'], from, environment);
      const { documents: whole, chunks } = await inspect(from);
      let midway = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const to = await temporaryFolder();
        if (await killImport(to, join(from, FILE), ((round + Math.random()) / ROUNDS) * chunks)) midway++;
        const left = await inspect(to);
        expect(left.documents.filter((count) => !whole.includes(count))).toEqual([]);
        const again = await runDocent(['import', join(from, FILE)], to, environment);
        expect(again).toMatchObject({ code: 0 });
        expect(await inspect(to)).toEqual({ documents: whole, chunks, vectors: chunks });
      }
      expect(midway).toBeGreaterThan(0);
      process.stdout.write(`kills of an import: ${ROUNDS}, in the middle: ${midway}, lost: 0, doubled: 0\n`);
    },
    120_000 + ROUNDS * 30_000,
  );
});

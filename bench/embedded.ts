import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { socketPathOf } from '../src/adapters/terminal/socket-path.js';
import { connectTerminal } from '../src/adapters/terminal/terminal-client.js';
import type { OutgoingMessage } from '../src/core/chat/outgoing-message.js';
import { launch } from '../src/launch.js';
import { makePdf } from '../test/support/make-pdf.js';
import { seedChunks } from './seed-chunks.js';

/**
 * Measures the embedded profile as its user meets it: `npm run bench`, with `-- --pdf some.pdf` for a PDF of your own in
 * place of a made one of 200 pages. Prints a table and writes `bench-embedded.json`. Every figure is of this machine, now:
 * quote it with the machine.
 */
const { values: options } = parseArgs({
  options: {
    pdf: { type: 'string' },
    chunks: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '7' },
  },
});
const runs = Number(options.runs);
const folder = mkdtempSync(join(tmpdir(), 'docent-bench-'));
const { signal } = new AbortController();

interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly values: readonly number[];
}

const figures: Figure[] = [];
const record = (what: string, unit: string, ...values: number[]): void => void figures.push({ what, unit, values });
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;

interface Server {
  readonly pid: number;
  readonly readyMs: number;
  stop(): Promise<void>;
}

async function startServer(data: string): Promise<Server> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--max-semi-space-size=4', join(import.meta.dirname, '../src/main.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      DOCENT_DATA_FOLDER: data,
      DOCENT_WEB_PORT: '0',
      DOCENT_LOG_LEVEL: 'error',
      DOCENT_QUESTIONS_PER_MINUTE: '10000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1_024;

async function run(
  data: string,
  words: readonly string[],
  file?: { name: string; path: string },
): Promise<{ message: OutgoingMessage; ms: number }> {
  const connection = await connectTerminal(await socketPathOf(data), signal);
  if (connection === undefined) throw new Error('no Docent listens');
  const startedAt = performance.now();
  const message = await connection.run({
    command: { words: [...words], creatorId: connection.hello.defaultCreatorId },
    ...(file === undefined ? {} : { files: [file] }),
  });
  return { message, ms: performance.now() - startedAt };
}

async function measureStart(): Promise<void> {
  const starts: number[] = [];
  const memory: number[] = [];
  for (let count = 0; count < runs; count++) {
    const server = await startServer(join(folder, `start-${count}`));
    starts.push(server.readyMs);
    memory.push(residentMegabytes(server.pid));
    await server.stop();
  }
  record('start to ready', 'ms', ...starts);
  record('memory when ready', 'MB', ...memory);
}

async function measureIngestion(pdf: string): Promise<void> {
  const data = join(folder, 'ingestion');
  const server = await startServer(data);
  const { message, ms } = await run(data, ['ingest'], { name: 'bench.pdf', path: pdf });
  const results = message.data as { results: { pageCount: number; chunkCount: number }[] };
  const { pageCount = 0, chunkCount = 0 } = results.results[0] ?? {};
  record('pages parsed and answerable', 'pages/s', pageCount / (ms / 1_000));
  const embeddingFrom = performance.now();
  const learned = async (): Promise<number> => {
    const { message: listed } = await run(data, ['documents']);
    return (
      (listed.data as { documents: { active: { embeddedCount: number } | null }[] }).documents[0]?.active
        ?.embeddedCount ?? 0
    );
  };
  const before = await learned();
  while ((await learned()) < Math.min(chunkCount, before + 100)) await wait(200);
  record('chunks embedded', 'chunks/s', ((await learned()) - before) / ((performance.now() - embeddingFrom) / 1_000));
  record('memory with the embedder loaded', 'MB', residentMegabytes(server.pid));
  await server.stop();
}

/** A PDF of 200 pages with about 2,500 characters each. */
async function madePdf(): Promise<string> {
  const sentence = (page: number, line: number): string =>
    `Rule ${page}.${line} says that every runner rests on day ${line} and drinks enough water before session ${page}.`;
  const pages = Array.from({ length: 200 }, (_, page) =>
    Array.from({ length: 6 }, (__, part) =>
      Array.from({ length: 5 }, (___, line) => sentence(page, part * 5 + line)).join(' '),
    ),
  );
  const path = join(folder, 'made.pdf');
  writeFileSync(path, await makePdf({ title: 'Rules', pages }));
  return path;
}

async function measureAnswers(chunks: number): Promise<void> {
  const data = join(folder, 'answers');
  const docent = await launch({
    environment: { DOCENT_DATA_FOLDER: data, DOCENT_WEB: 'false', DOCENT_LOG_LEVEL: 'error' },
    folder,
  });
  await docent.stop(0);
  const questions = await seedChunks(data, chunks);
  const server = await startServer(data);
  await run(data, ['ask', questions[0] ?? '']);
  const times: number[] = [];
  for (const question of questions) times.push((await run(data, ['ask', question])).ms);
  record(`question to answer with ${chunks} chunks`, 'ms', ...times);
  await server.stop();
}

await measureStart();
await measureAnswers(Number(options.chunks));
await measureIngestion(options.pdf ?? (await madePdf()));

const rows = figures.map(({ what, unit, values }) => ({
  what,
  unit,
  median: Number(quantile(values, 0.5).toFixed(1)),
  p95: Number(quantile(values, 0.95).toFixed(1)),
  runs: values.length,
}));
console.table(rows);
const machine = { node: process.version, processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}` };
console.log(machine);
writeFileSync('bench-embedded.json', `${JSON.stringify({ machine, rows }, null, 2)}\n`);
rmSync(folder, { recursive: true, force: true });

/**
 * How fast files are read, and what it costs the bot's own process while a hostile one is being read.
 * Run: `npm run build && node dist/bench/parsing.js [folder or file …]`; with paths it also reads those files and says how
 * each kind of end came about.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeflate, deflateSync } from 'node:zlib';
import documents from '../src/adapters/documents/plugin.js';
import { toDocentError } from '../src/core/errors.js';
import type { ReadDocument } from '../src/core/ingest/document-reader.js';
import { defaultParseLimits } from '../src/core/ingest/parse-limits.js';
import { createParseProcess } from '../src/core/ingest/parse-process.js';
import { readableFolders } from '../src/core/ingest/readable-folders.js';
import { systemClock } from '../src/core/system-clock.js';
import { makePdf } from '../test/support/make-pdf.js';
import { makeRawPdf, onePage, plainFont } from '../test/support/make-raw-pdf.js';
import { silentLogger } from '../test/support/silent-logger.js';

const TEXT_PAGES = 300;
const SMALL_FILES = 60;
const BOMB_BYTES = 1_000_000_000;
const SAMPLE_MS = 20;

const parsers = documents.parsers ?? [];
const reader = createParseProcess({
  parsers,
  limits: { ...defaultParseLimits, maxWaiting: 100_000 },
  readableFolders: readableFolders(parsers.map(({ module }) => module)),
  logger: silentLogger,
  clock: systemClock,
});

function read(bytes: Uint8Array, name: string): Promise<ReadDocument> {
  return reader.parse(bytes, { name, signal: new AbortController().signal, onProgress() {} });
}

async function secondsFor(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}

async function benchTextPages(): Promise<void> {
  const sentence = 'A crew that rows together finds its rhythm long before it finds its speed. ';
  const page = Array.from({ length: 8 }, () => sentence.repeat(5));
  const bytes = await makePdf({ pages: Array.from({ length: TEXT_PAGES }, () => page) });
  const seconds = await secondsFor(() => read(bytes, 'book.pdf'));
  console.log(`one PDF of ${TEXT_PAGES} full text pages: ${(TEXT_PAGES / seconds).toFixed(0)} pages a second`);
}

async function benchSmallFiles(): Promise<void> {
  const bytes = Buffer.from(`# Title\n\n${'Some words about rowing. '.repeat(200)}`);
  const files = Array.from({ length: SMALL_FILES }, (_, index) => read(bytes, `page-${index}.md`));
  const seconds = await secondsFor(() => Promise.all(files));
  console.log(`${SMALL_FILES} Markdown files of 5 KB: ${(SMALL_FILES / seconds).toFixed(1)} files a second`);
}

async function benchHostileFile(): Promise<void> {
  const stream = deflateSync(await deflateSpaces(BOMB_BYTES));
  const bomb = makeRawPdf(onePage({ dictionary: '<< /Filter [/FlateDecode /FlateDecode] >>', stream }, plainFont));
  let peakBytes = 0;
  const sampler = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), SAMPLE_MS);
  const seconds = await secondsFor(async () => {
    const end = await read(bomb, 'bomb.pdf').then(
      () => 'read',
      (error: unknown) => toDocentError(error).code,
    );
    console.log(`a PDF of ${(bomb.length / 1_000).toFixed(0)} KB that unpacks to 1 GB: ${end}`);
  });
  clearInterval(sampler);
  console.log(`  after ${seconds.toFixed(1)} s; this process at most ${(peakBytes / 1_000_000).toFixed(0)} MB`);
}

/** Without holding them all, because it is this process's memory that is measured. */
function deflateSpaces(count: number): Promise<Buffer> {
  const block = Buffer.alloc(1_000_000, ' ');
  const blocks = Readable.from(
    (function* () {
      for (let made = 0; made < count; made += block.length) yield block;
    })(),
  );
  return buffer(blocks.pipe(createDeflate()));
}

async function readFolders(paths: readonly string[]): Promise<void> {
  const files = (await Promise.all(paths.map(filesIn))).flat();
  const ends = new Map<string, number>();
  let pages = 0;
  const seconds = await secondsFor(() =>
    Promise.all(
      files.map(async (file) => {
        const end = await read(await readFile(file), path.basename(file)).catch(toDocentError);
        const code = end instanceof Error ? end.code : `read as ${end.format}`;
        if (!(end instanceof Error)) pages += end.pageCount ?? 1;
        ends.set(code, (ends.get(code) ?? 0) + 1);
      }),
    ),
  );
  console.log(
    `${files.length} files, ${pages} pages (a file without pages counts as one): ${(pages / seconds).toFixed(0)} pages a second`,
  );
  for (const [code, count] of [...ends].toSorted(([left], [right]) => left.localeCompare(right)))
    console.log(`  ${String(count).padStart(5)} ${code}`);
}

async function filesIn(root: string): Promise<string[]> {
  if (!(await stat(root)).isDirectory()) return [root];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

console.log(`Node ${process.version}, ${availableParallelism()} cores`);
await benchHostileFile();
await benchTextPages();
await benchSmallFiles();
if (process.argv.length > 2) await readFolders(process.argv.slice(2));
await reader.stop();

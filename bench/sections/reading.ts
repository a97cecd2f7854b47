import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createDeflate, deflateSync } from 'node:zlib';
import documents from '../../src/adapters/documents/plugin.js';
import { toDocentError } from '../../src/core/errors.js';
import { defaultParseLimits } from '../../src/core/ingest/parse-limits.js';
import { createParseProcess } from '../../src/core/ingest/parse-process.js';
import { readableFolders } from '../../src/core/ingest/readable-folders.js';
import { systemClock } from '../../src/core/system-clock.js';
import { makeRawPdf, onePage, plainFont } from '../../test/support/make-raw-pdf.js';
import { silentLogger } from '../../test/support/silent-logger.js';
import { residentMegabytes } from '../support/processes.js';
import type { SectionContext } from '../support/section.js';

const SAMPLE_MS = 20;

/** How many small files are read a second, each in a process of its own, and what a hostile one does to this process. */
export async function run({ isSmall, record, note }: SectionContext): Promise<void> {
  const parsers = documents.parsers ?? [];
  const reader = createParseProcess({
    parsers,
    limits: { ...defaultParseLimits, maxWaiting: 1_000 },
    readableFolders: readableFolders(parsers.map(({ module }) => module)),
    logger: silentLogger,
    clock: systemClock,
  });
  const read = (bytes: Uint8Array, name: string) =>
    reader.parse(bytes, { name, signal: new AbortController().signal, onProgress() {} });

  const files = isSmall ? 4 : 60;
  const page = Buffer.from(`# Title\n\n${'Some words about rowing. '.repeat(200)}`);
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: files }, (_, index) => read(page, `page-${index}.md`)));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  record({ what: 'Markdown files of 5 KB', unit: 'files/s', values: [files / seconds] });

  const unpackedBytes = isSmall ? 10_000_000 : 1_000_000_000;
  const stream = deflateSync(await deflateSpaces(unpackedBytes));
  const bomb = makeRawPdf(onePage({ dictionary: '<< /Filter [/FlateDecode /FlateDecode] >>', stream }, plainFont));
  let peakMegabytes = residentMegabytes(process.pid);
  const before = peakMegabytes;
  const sampling = setInterval(
    () => (peakMegabytes = Math.max(peakMegabytes, residentMegabytes(process.pid))),
    SAMPLE_MS,
  );
  const bombAtMs = performance.now();
  const end = await read(bomb, 'bomb.pdf').then(
    () => 'read',
    (error: unknown) => toDocentError(error).code,
  );
  const bombSeconds = (performance.now() - bombAtMs) / 1_000;
  clearInterval(sampling);
  note(`a PDF of ${Math.ceil(bomb.length / 1_000)} KB that unpacks to ${unpackedBytes / 1_000_000} MB: ${end}`);
  record(
    { what: 'hostile PDF, until its end', unit: 's', values: [bombSeconds] },
    { what: 'hostile PDF, memory this process gained', unit: 'MB', values: [peakMegabytes - before] },
  );
  await reader.stop();
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

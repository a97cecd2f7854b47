import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { documentFiles } from '../support/document-files.js';
import { CREATOR, openDocent } from '../support/docent.js';
import { residentMegabytes } from '../support/processes.js';
import type { SectionContext } from '../support/section.js';

const FILES_AN_EVENT = 25;
const LOOK_AGAIN_MS = 100;
const LEARNED_CHUNKS = 100;

/** How fast files can be asked about by their words, and how fast their vectors follow in the background. */
export async function run(context: SectionContext): Promise<void> {
  const { folder, isSmall, record } = context;
  const files = await documentFiles(context);
  const docent = await openDocent({ folder: join(folder, 'data'), environment: {} });
  const startedAtMs = performance.now();
  for (let from = 0; from < files.length; from += FILES_AN_EVENT)
    await docent.ingest(files.slice(from, from + FILES_AN_EVENT));
  const seconds = (performance.now() - startedAtMs) / 1_000;

  async function sums(): Promise<{ pages: number; chunks: number; embedded: number }> {
    const records = await docent.services.documents.list(CREATOR, { limit: 1_000 });
    const active = records.flatMap((one) => one.active ?? []);
    return {
      pages: active.reduce((sum, { pageCount }) => sum + (pageCount ?? 1), 0),
      chunks: active.reduce((sum, { chunkCount }) => sum + chunkCount, 0),
      embedded: active.reduce((sum, { embeddedCount }) => sum + embeddedCount, 0),
    };
  }

  const { pages, chunks, embedded } = await sums();
  const learnedAtMs = performance.now();
  const enough = Math.min(chunks, embedded + (isSmall ? 1 : LEARNED_CHUNKS));
  while ((await sums()).embedded < enough) await wait(LOOK_AGAIN_MS);
  const learnedSeconds = (performance.now() - learnedAtMs) / 1_000;
  record(
    { what: 'answerable', unit: 'pages/s', values: [pages / seconds] },
    { what: 'chunks answerable', unit: 'chunks/s', values: [chunks / seconds] },
    {
      what: 'vectors made in the background',
      unit: 'chunks/s',
      values: [((await sums()).embedded - embedded) / learnedSeconds],
    },
    { what: 'memory with the embedder loaded', unit: 'MB', values: [residentMegabytes(process.pid)] },
  );
  await docent.stop();
}

import { join } from 'node:path';
import { type CreatorId, creatorIdSchema } from '../../src/core/ids.js';
import { ingestByHand, parseByHand } from '../by-hand/ingest.js';
import { documentFiles } from '../support/document-files.js';
import { type BenchDocent, openDocent } from '../support/docent.js';
import { loadLangChain } from '../support/langchain.js';
import type { SectionContext } from '../support/section.js';
import { startServers } from '../support/servers.js';

const FILES_AN_EVENT = 25;

/**
 * The same files in turn through Docent, by hand and through LangChain.js's loaders, splitter and Chroma store. Files
 * that one of the three cannot read are left out. Vectors come from the stand-in, which takes next to no time for them:
 * what is measured is everything around the model.
 */
export async function run(context: SectionContext): Promise<void> {
  const { folder, isSmall, record, note } = context;
  const langChain = await loadLangChain(note);
  const all = await documentFiles(context);
  const own = await readableFiles(all);
  const servers = await startServers({ wordMs: 0, parallel: 4 });
  const peer = langChain?.startIngestion(servers);
  const files = (await peer?.readable(own)) ?? own;
  note(`${files.length} of ${all.length} files are read by all; pages are Docent's count, a file without pages is one`);
  const creators = Array.from({ length: isSmall ? 1 : 3 }, (_, round) => creatorIdSchema.parse(`coach-${round}`));
  const docent = await openDocent({ folder: join(folder, 'data'), environment: servers.environment, creators });
  const pagesASecond = {
    answerable: [] as number[],
    ready: [] as number[],
    byHand: [] as number[],
    parseAndStore: [] as number[],
    langChain: [] as number[],
  };
  const chunksASecond = { ready: [] as number[], byHand: [] as number[], langChain: [] as number[] };
  const stages: Record<string, number[]> = {};

  for (const [round, creatorId] of creators.entries()) {
    const databasePath = join(folder, `by-hand-${round}.sqlite`);
    const byHandAtMs = performance.now();
    const byHand = await ingestByHand(servers, files, { name: `by-hand-${round}`, databasePath });
    const byHandMs = performance.now() - byHandAtMs;
    const { pages } = byHand;
    pagesASecond.byHand.push((pages / byHandMs) * 1_000);
    chunksASecond.byHand.push((byHand.chunks / byHandMs) * 1_000);
    const { parseMs, chunkMs, storeMs } = byHand.stages;
    pagesASecond.parseAndStore.push((pages / (parseMs + chunkMs + storeMs)) * 1_000);
    for (const [stage, ms] of Object.entries(byHand.stages)) (stages[stage] ??= []).push((ms / byHandMs) * 100);

    const read = await ingestWithDocent(docent, files, creatorId);
    pagesASecond.answerable.push((pages / read.answerableMs) * 1_000);
    pagesASecond.ready.push((pages / read.readyMs) * 1_000);
    chunksASecond.ready.push((read.chunks / read.readyMs) * 1_000);

    const compared = await peer?.ingest(files, `langchain-${round}`);
    if (compared === undefined) continue;
    pagesASecond.langChain.push((pages / compared.durationMs) * 1_000);
    chunksASecond.langChain.push((compared.chunks / compared.durationMs) * 1_000);
  }

  const pages = 'pages/s';
  record(
    {
      what: 'answerable, Docent',
      unit: pages,
      values: pagesASecond.answerable,
      over: 'parse, chunk and store, by hand',
    },
    { what: 'parse, chunk and store, by hand', unit: pages, values: pagesASecond.parseAndStore },
    { what: 'with vectors, Docent', unit: pages, values: pagesASecond.ready, over: 'with vectors, by hand' },
    { what: 'with vectors, by hand', unit: pages, values: pagesASecond.byHand },
    {
      what: 'chunks with vectors, Docent',
      unit: 'chunks/s',
      values: chunksASecond.ready,
      over: 'chunks with vectors, by hand',
    },
    { what: 'chunks with vectors, by hand', unit: 'chunks/s', values: chunksASecond.byHand },
  );
  if (peer !== undefined)
    record(
      { what: 'with vectors, LangChain.js', unit: pages, values: pagesASecond.langChain },
      {
        what: 'with vectors, Docent to LangChain.js',
        unit: pages,
        values: pagesASecond.ready,
        over: 'with vectors, LangChain.js',
      },
      { what: 'chunks with vectors, LangChain.js', unit: 'chunks/s', values: chunksASecond.langChain },
    );
  for (const [stage, values] of Object.entries(stages))
    record({ what: `share of ${stage.replace(/Ms$/, '')}, by hand`, unit: '%', values });
  peer?.stop();
  await docent.stop();
  await servers.stop();
}

/** Those that Docent's parsers find text in; reading them all once warms the process up, too. */
async function readableFiles(paths: readonly string[]): Promise<string[]> {
  const readable: string[] = [];
  for (const path of paths)
    try {
      const { sections } = await parseByHand(path);
      if (sections.some(({ blocks }) => blocks.length > 0)) readable.push(path);
    } catch {
      // Encrypted, broken, or a scan.
    }
  return readable;
}

/** Under a creator of its own each round, so that every file is new. */
async function ingestWithDocent(
  docent: BenchDocent,
  files: readonly string[],
  creatorId: CreatorId,
): Promise<{ readonly answerableMs: number; readonly readyMs: number; readonly chunks: number }> {
  const startedAtMs = performance.now();
  const events = Array.from({ length: Math.ceil(files.length / FILES_AN_EVENT) }, (_, event) =>
    files.slice(event * FILES_AN_EVENT, (event + 1) * FILES_AN_EVENT),
  );
  await Promise.all(events.map((paths) => docent.ingest(paths, { creatorId })));
  const answerableMs = performance.now() - startedAtMs;
  const records = await docent.learned(creatorId);
  const readyMs = performance.now() - startedAtMs;
  return { answerableMs, readyMs, chunks: records.reduce((sum, { active }) => sum + (active?.chunkCount ?? 0), 0) };
}

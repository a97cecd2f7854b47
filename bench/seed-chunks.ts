import minilm from '../src/adapters/minilm/plugin.js';
import sqlite from '../src/adapters/sqlite/plugin.js';
import { createCreators } from '../src/core/creators.js';
import { chunkIdOf, creatorIdSchema, documentIdOf, documentVersionSchema, memberKeySchema } from '../src/core/ids.js';
import { documentCollection } from '../src/core/ingest/document-record.js';
import { embeddedText } from '../src/core/ingest/embed-job.js';
import type { Engines, PluginContext } from '../src/core/plugin.js';
import type { Chunk } from '../src/core/ports/chunk-store.js';
import { systemClock } from '../src/core/system-clock.js';

const QUESTIONS = 50;
const BATCH = 500;
const WORDS =
  'training recovery coach session plan water morning muscle sleep goal week distance pace rest heart meal energy stretch form race'.split(
    ' ',
  );
const TOPICS = 'kayak origami beekeeping falconry calligraphy archery juggling pottery sailing fencing'.split(' ');

const logger: Engines['logger'] = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };

/**
 * Fills a data folder with one ready document of `count` chunks: made text, made vectors, and fifty chunks with real
 * ones. Returns a question for each of the fifty.
 */
export async function seedChunks(dataFolder: string, count: number): Promise<string[]> {
  const context: Omit<PluginContext<unknown>, 'settings' | 'chosenFor'> = {
    engines: {} as Engines,
    clock: systemClock,
    logger,
    dataFolder,
  };
  const stores = await sqlite.create?.({
    ...context,
    settings: { uploadSpaceMegabytes: 100 },
    chosenFor: sqlite.provides ?? [],
  });
  const model = await minilm.create?.({ ...context, settings: { threads: 2 }, chosenFor: ['embedder'] });
  const engines = { ...stores?.engines, ...model?.engines } as Engines;
  const { embedder, chunkStore, keywordIndex, vectorIndex, recordStore } = engines;
  const creatorId = creatorIdSchema.parse('default');
  const chunks = Array.from({ length: count }, (_, index) => makeChunk(index, count));
  const signal = new AbortController().signal;
  const asked = chunks.filter((_, index) => index % Math.floor(count / QUESTIONS) === 0).slice(0, QUESTIONS);
  const real = new Map<string, Float32Array>();
  for (const chunk of asked) {
    const [vector] = await embedder.embed([embeddedText(chunk)], { kind: 'document', signal });
    if (vector !== undefined) real.set(chunk.id, vector);
  }
  for (let from = 0; from < count; from += BATCH) {
    const batch = chunks.slice(from, from + BATCH);
    await chunkStore.put(creatorId, batch);
    await keywordIndex.upsert(creatorId, batch);
    await vectorIndex.upsert(
      creatorId,
      embedder.space,
      batch.map((chunk) => ({ chunk, embedding: real.get(chunk.id) ?? randomUnit(embedder.space.dimensions) })),
    );
  }
  await createCreators({ recordStore, now: () => systemClock.now() }).add(creatorId);
  await recordStore.put(documentCollection, { creatorId }, { id: documentId, value: recordOf(count) });
  await model?.stop?.();
  await stores?.stop?.();
  return asked.map(({ index }) => `What do I need for ${topicOf(index)}?`);
}

const seededCreator = creatorIdSchema.parse('default');
const name = 'made.md';
const documentId = documentIdOf(seededCreator, name);
const version = documentVersionSchema.parse('0123456789abcdef');

const topicOf = (index: number): string => `${TOPICS[index % TOPICS.length]} lesson number ${index}`;

function makeChunk(index: number, count: number): Chunk {
  const filler = Array.from({ length: 120 }, (_, place) => WORDS[(index * 7 + place * place * 3) % WORDS.length]).join(
    ' ',
  );
  const text = `For ${topicOf(index)} you need a towel. ${filler}.`;
  return {
    id: chunkIdOf({ creatorId: seededCreator, documentId, version, index, text }),
    creatorId: seededCreator,
    documentId,
    version,
    index,
    text,
    breadcrumb: `Made of ${count}`,
    headingPath: [],
    page: null,
    tokenCount: 150,
    source: name,
    createdAt: 0,
  };
}

function recordOf(count: number) {
  const now = systemClock.now();
  return {
    documentId,
    name,
    title: name,
    status: 'ready' as const,
    active: {
      version,
      contentHash: '0'.repeat(64),
      sizeBytes: 0,
      format: 'Markdown',
      pageCount: null,
      chunkCount: count,
      embeddedCount: count,
      skipped: [],
      publishedAt: now,
    },
    pendingVersion: null,
    failure: null,
    uploadedBy: memberKeySchema.parse('bench'),
    uploadedAt: 0,
    createdAt: now,
    updatedAt: now,
  };
}

function randomUnit(dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from '../src/adapters/sqlite/plugin.js';
import { chunkIdOf, creatorIdSchema, documentIdOf, documentVersionSchema } from '../src/core/ids.js';
import type { Engines } from '../src/core/plugin.js';
import type { Chunk, ChunkStore } from '../src/core/ports/chunk-store.js';
import { createKnowledge } from '../src/core/replica/knowledge.js';
import { systemClock } from '../src/core/system-clock.js';

/**
 * How long a process takes to copy a creator's shared passages at the first question, what that costs in memory, and
 * what every later question pays. The shared store is made up as it is read, so that its own speed and memory do not count.
 * Run after a build: `node dist/bench/replica.js [passages]`.
 */

const COUNT = Number(process.argv[2] ?? 100_000);
const PAGE = 500;
const WORDS_EACH = 120;
const creatorId = creatorIdSchema.parse('coach');
const name = 'made.md';
const documentId = documentIdOf(creatorId, name);
const version = documentVersionSchema.parse('0123456789abcdef');
const vocabulary = Array.from({ length: 5_000 }, (_, index) => `word${index.toString(36)}`);
const logger: Engines['logger'] = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };
const preparation = { signal: new AbortController().signal, onBuild() {} };

function makeChunk(index: number): Chunk {
  const words = Array.from({ length: WORDS_EACH }, (_, place) => vocabulary[(index * 7 + place * place * 3) % 5_000]);
  const text = `For lesson number ${index}: ${words.join(' ')}.`;
  const id = chunkIdOf({ creatorId, documentId, version, index, text });
  const place = { id, creatorId, documentId, version, index, headingPath: [], page: null, source: name };
  return { ...place, text, breadcrumb: `Made of ${COUNT}`, tokenCount: 150, createdAt: 0 };
}

const added: Chunk[] = [];
const shared = {
  count: async () => COUNT,
  async *all() {
    for (let from = 0; from < COUNT; from += PAGE)
      yield Array.from({ length: Math.min(PAGE, COUNT - from) }, (_, index) => makeChunk(from + index));
  },
  get: async (_creatorId: string, ids: readonly string[]) => added.filter(({ id }) => ids.includes(id)),
  log: {
    end: async () => '0',
    async after(_creatorId: string, place: string) {
      const ids = added.slice(Number(place)).map(({ id }) => id);
      return { changes: ids.length === 0 ? [] : [{ kind: 'put' as const, ids }], place: String(added.length) };
    },
  },
} as Partial<ChunkStore> as ChunkStore;

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  console.log(
    `${what}: ${(performance.now() - startedAt).toFixed(1)} ms, ${((user + system) / 1_000).toFixed(0)} ms of CPU`,
  );
}

const folder = await mkdtemp(join(tmpdir(), 'docent-bench-'));
const created = await sqlite.create?.({
  settings: { uploadSpaceMegabytes: 100 },
  chosenFor: ['keywordIndex'],
  engines: {} as Engines,
  clock: systemClock,
  logger,
  dataFolder: folder,
});
const keywordIndex = created?.engines?.keywordIndex;
if (keywordIndex === undefined) throw new Error('there is no keyword index to copy into');
const knowledge = createKnowledge({
  chunkStore: shared,
  keywordIndex,
  clock: systemClock,
  logger,
  async beforeDelete() {},
});
const rssBefore = process.memoryUsage().rss;
let peakRss = rssBefore;
const sampling = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage().rss)), 20);
await measure(`making ${COUNT} passages up, alone`, async () => {
  for await (const page of shared.all(creatorId, preparation.signal)) void page;
});
await measure(`first copy of ${COUNT} passages`, () => knowledge.prepare(creatorId, preparation));
console.log(`memory: ${Math.round(rssBefore / 1e6)} MB before, ${Math.round(peakRss / 1e6)} MB at the most`);
await measure('catching up when nothing happened', () => knowledge.prepare(creatorId, preparation));
added.push(...Array.from({ length: 64 }, (_, index) => makeChunk(COUNT + index)));
await measure('catching up with 64 new passages', () => knowledge.prepare(creatorId, preparation));
clearInterval(sampling);
await knowledge.stop();
await created?.stop?.();
await rm(folder, { recursive: true });

import sqlite from '../../src/adapters/sqlite/plugin.js';
import type { Chunk, ChunkStore } from '../../src/core/ports/chunk-store.js';
import { createKnowledge } from '../../src/core/replica/knowledge.js';
import { systemClock } from '../../src/core/system-clock.js';
import { silentLogger } from '../../test/support/silent-logger.js';
import { CREATOR } from '../support/docent.js';
import { openEngines } from '../support/engines.js';
import { madeChunk } from '../support/made-chunks.js';
import { residentMegabytes } from '../support/processes.js';
import type { SectionContext } from '../support/section.js';

const PAGE = 500;
const NEW_CHUNKS = 64;
const SAMPLE_MS = 20;

/**
 * How long a process takes to copy a creator's shared passages at the first question, what that costs in memory, and what
 * every later question pays. The shared store is made up as it is read, so that its own speed and memory do not count.
 */
export async function run({ folder, isSmall, record }: SectionContext): Promise<void> {
  const count = isSmall ? 1_000 : 100_000;
  const added: Chunk[] = [];
  const { engines, stop } = await openEngines([sqlite], { dataFolder: folder });
  const knowledge = createKnowledge({
    chunkStore: madeUpStore(count, added),
    keywordIndex: engines.keywordIndex,
    clock: systemClock,
    logger: silentLogger,
    async beforeDelete() {},
  });
  const preparation = { signal: new AbortController().signal, onBuild() {} };
  const prepare = (): Promise<void> => knowledge.prepare(CREATOR, preparation);
  const timed = async (work: () => Promise<void>): Promise<number> => {
    const startedAtMs = performance.now();
    await work();
    return performance.now() - startedAtMs;
  };

  const before = residentMegabytes(process.pid);
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, residentMegabytes(process.pid))), SAMPLE_MS);
  const copyMs = await timed(prepare);
  clearInterval(sampling);
  const idle: number[] = [];
  for (let round = 0; round < 20; round += 1) idle.push(await timed(prepare));
  added.push(...Array.from({ length: NEW_CHUNKS }, (_, index) => madeChunk(CREATOR, count + index)));
  const caughtUpMs = await timed(prepare);
  record(
    { what: `first copy of ${count} passages`, unit: 's', values: [copyMs / 1_000] },
    { what: 'memory that copying took', unit: 'MB', values: [peak - before] },
    { what: 'catching up when nothing happened', unit: 'ms', values: idle },
    { what: `catching up with ${NEW_CHUNKS} new passages`, unit: 'ms', values: [caughtUpMs] },
  );
  await knowledge.stop();
  await stop();
}

function madeUpStore(count: number, added: readonly Chunk[]): ChunkStore {
  const store: Partial<ChunkStore> = {
    count: async () => count,
    async *all() {
      for (let from = 0; from < count; from += PAGE)
        yield Array.from({ length: Math.min(PAGE, count - from) }, (_, index) => madeChunk(CREATOR, from + index));
    },
    get: async (_creatorId, ids) => added.filter(({ id }) => ids.includes(id)),
    log: {
      end: async () => '0',
      async after(_creatorId, place) {
        const ids = added.slice(Number(place)).map(({ id }) => id);
        return { changes: ids.length === 0 ? [] : [{ kind: 'put', ids }], place: String(added.length) };
      },
    },
  };
  return store as ChunkStore;
}

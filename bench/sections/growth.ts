import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { getLoadablePath } from 'sqlite-vec';
import chroma from '../../src/adapters/chroma/plugin.js';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import { startChromaServer } from '../../test/support/chroma-server.js';
import { drawCurves } from '../support/curves.js';
import { openEngines } from '../support/engines.js';
import { largestBelowMegabytes, residentMegabytes } from '../support/processes.js';
import { createMadeVectors } from '../support/made-chunks.js';
import { type SearchTimes, createSearches } from '../support/searches.js';
import type { SectionContext } from '../support/section.js';
import { partOf } from '../support/servers.js';
import { median } from '../support/statistics.js';

const CHROMA_DIMENSIONS = 768;
const EMBEDDED_DIMENSIONS = 384;
const CANDIDATES = 100;

interface Grown {
  readonly count: number;
  /** Of this process, or of Chroma. */
  readonly megabytes: number;
  readonly times: SearchTimes;
}

/**
 * Searches of one creator among more and more chunks. Beside them the exact scan by itself: sqlite-vec over the same
 * vectors, called by hand.
 */
export async function run({ folder, isSmall, record, picture }: SectionContext): Promise<void> {
  const counts = isSmall ? [200, 1_000] : [1_000, 10_000, 100_000];
  const searches = isSmall ? 5 : 50;

  const embedded = await openEngines([sqlite], { dataFolder: join(folder) });
  const memoryHere = (): number => residentMegabytes(process.pid);
  const inEmbedded = await grow(createSearches(embedded.engines, EMBEDDED_DIMENSIONS), memoryHere);
  await embedded.stop();
  const exact = counts.map((count) => ({ count, times: exactScans(join(folder, `exact-${count}`), count, searches) }));

  const alone = {
    'vectors, embedded': inEmbedded.map(({ times }) => times.vectors),
    'exact scan by hand': exact.map(({ times }) => times),
    'words, embedded': inEmbedded.map(({ times }) => times.words),
    'retrieval, embedded': inEmbedded.map(({ times }) => times.retrieval),
  };
  tell(alone);

  const server = await startChromaServer(partOf('chroma'));
  const withChroma = await openEngines([sqlite, chroma], {
    dataFolder: folder,
    environment: { CHROMA_URL: server.url, CHROMA_TIMEOUT_SECONDS: '60' },
  });
  const inChroma = await grow(createSearches(withChroma.engines, CHROMA_DIMENSIONS), largestBelowMegabytes, 'chroma-');
  await withChroma.stop();
  await server.stop();

  const besideChroma = {
    'vectors, Chroma': inChroma.map(({ times }) => times.vectors),
    'retrieval, Chroma': inChroma.map(({ times }) => times.retrieval),
  };
  tell(besideChroma);
  const png = await drawCurves({
    title: 'Search among chunks of one creator',
    across: 'chunks',
    up: 'median ms',
    isLogarithmic: true,
    curves: Object.entries({ ...alone, ...besideChroma }).map(([name, curve]) => ({
      name,
      points: curve.map((values, index) => ({ x: counts[index] ?? 0, y: median(values) })),
    })),
  });
  await picture('bench-growth.png', png);
  const memory = { embedded: inEmbedded, Chroma: inChroma };
  for (const [name, curve] of Object.entries(memory))
    for (const { count, megabytes } of curve)
      record({ what: `memory with ${count} chunks, ${name}`, unit: 'MB', values: [megabytes] });
  await picture(
    'bench-growth-memory.png',
    await drawCurves({
      title: 'Memory with the chunks of one creator',
      across: 'chunks',
      up: 'MB (Docent, or Chroma)',
      isLogarithmic: true,
      curves: Object.entries(memory).map(([name, curve]) => ({
        name,
        points: curve.map(({ count, megabytes }) => ({ x: count, y: megabytes })),
      })),
    }),
  );

  function tell(curves: Readonly<Record<string, readonly number[][]>>): void {
    const [least] = counts;
    for (const [what, curve] of Object.entries(curves))
      for (const [index, values] of curve.entries())
        record({
          what: `${what}, ${counts[index]} chunks`,
          unit: 'ms',
          values,
          ...(index === 0 ? {} : { over: `${what}, ${least} chunks` }),
        });
  }

  async function grow(kind: ReturnType<typeof createSearches>, memory: () => number, prefix = ''): Promise<Grown[]> {
    const grown: Grown[] = [];
    for (const count of counts) {
      const creatorId = creatorIdSchema.parse(`${prefix}grown-${count}`);
      await kind.fill(creatorId, count);
      await kind.search(creatorId, [0, 1, 2], { vectors: [], words: [], retrieval: [] });
      const times: SearchTimes = { vectors: [], words: [], retrieval: [] };
      await kind.search(creatorId, lessonsAmong(count, searches), times);
      grown.push({ count, times, megabytes: memory() });
    }
    return grown;
  }
}

function lessonsAmong(count: number, searches: number): number[] {
  return Array.from({ length: searches }, (_, index) => Math.floor((index * count) / searches));
}

function exactScans(path: string, count: number, searches: number): number[] {
  const database = new DatabaseSync(path, { allowExtension: true });
  database.enableLoadExtension(true);
  database.loadExtension(getLoadablePath());
  database.exec(
    `CREATE VIRTUAL TABLE vectors USING vec0 (embedding float[${EMBEDDED_DIMENSIONS}] distance_metric=cosine)`,
  );
  const made = createMadeVectors(EMBEDDED_DIMENSIONS);
  const insert = database.prepare('INSERT INTO vectors (rowid, embedding) VALUES (?, ?)');
  database.exec('BEGIN');
  for (let index = 0; index < count; index += 1) insert.run(BigInt(index + 1), bytesOf(made.vector(index)));
  database.exec('COMMIT');
  const nearest = database.prepare(`SELECT rowid, distance FROM vectors WHERE embedding MATCH ? AND k = ${CANDIDATES}`);
  const times = lessonsAmong(count, searches).map((lesson) => {
    const question = bytesOf(made.vector(lesson));
    const startedAtMs = performance.now();
    nearest.all(question);
    return performance.now() - startedAtMs;
  });
  database.close();
  return times;
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer);
}

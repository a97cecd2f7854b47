import chroma from '../../src/adapters/chroma/plugin.js';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import { type CreatorId, creatorIdSchema } from '../../src/core/ids.js';
import type { Plugin } from '../../src/core/plugin.js';
import { startChromaServer } from '../../test/support/chroma-server.js';
import { drawCurves } from '../support/curves.js';
import { openEngines } from '../support/engines.js';
import { largestBelowMegabytes, residentMegabytes } from '../support/processes.js';
import { type SearchTimes, createSearches } from '../support/searches.js';
import type { SectionContext } from '../support/section.js';
import { partOf } from '../support/servers.js';
import { median } from '../support/statistics.js';

const CHUNKS_EACH = 20;
const LESSON = 7;
const SEARCHES = 50;
const EMBEDDED_DIMENSIONS = 384;
const CHROMA_DIMENSIONS = 768;

/** One creator's search beside so many. */
interface Step {
  readonly creators: number;
  readonly retrieval: readonly number[];
  readonly megabytes: number;
}

/** A creator's search while it is the only one, and beside more and more others; each has a file or a collection of its own. */
export async function run({ folder, isSmall, record, picture }: SectionContext): Promise<void> {
  const counts = isSmall ? [1, 10] : [1, 100, 250, 500, 1_000];
  const embedded = await measure('embedded', [sqlite], EMBEDDED_DIMENSIONS, {}, () => residentMegabytes(process.pid));
  const server = await startChromaServer(partOf('chroma'));
  const environment = { CHROMA_URL: server.url };
  const onChroma = await measure('Chroma', [sqlite, chroma], CHROMA_DIMENSIONS, environment, largestBelowMegabytes);
  await server.stop();

  const sides = { embedded, Chroma: onChroma };
  const draw = (up: string, valueOf: (step: Step) => number): Promise<Buffer> =>
    drawCurves({
      title: 'One creator beside others',
      across: `creators with ${CHUNKS_EACH} chunks each`,
      up,
      curves: Object.entries(sides).map(([name, steps]) => ({
        name,
        points: steps.map((step) => ({ x: step.creators, y: valueOf(step) })),
      })),
    });
  await picture(
    'bench-creators-time.png',
    await draw('median ms of a retrieval', ({ retrieval }) => median(retrieval)),
  );
  await picture('bench-creators-memory.png', await draw('MB (Docent, or Chroma)', ({ megabytes }) => megabytes));

  async function measure(
    name: string,
    plugins: readonly Plugin[],
    dimensions: number,
    environment: Record<string, string>,
    memory: () => number,
  ): Promise<Step[]> {
    const { engines, stop } = await openEngines(plugins, { dataFolder: folder, environment });
    const searches = createSearches(engines, dimensions);
    const searchEach = async (some: readonly CreatorId[]): Promise<number[]> => {
      const times: SearchTimes = { vectors: [], words: [], retrieval: [] };
      for (const creatorId of some) await searches.search(creatorId, [LESSON], times);
      return times.retrieval;
    };
    const idOf = (index: number): CreatorId => creatorIdSchema.parse(`${name.toLowerCase()}-creator-${index}`);
    const steps: Step[] = [];
    let filled = 0;
    for (const count of counts) {
      for (; filled < count; filled += 1) await searches.fill(idOf(filled), CHUNKS_EACH);
      const retrieval = await searchEach(Array.from({ length: SEARCHES }, () => idOf(0)));
      steps.push({ creators: count, retrieval, megabytes: memory() });
      record(
        {
          what: `retrieval beside ${count} creators, ${name}`,
          unit: 'ms',
          values: retrieval,
          ...(count === counts[0] ? {} : { over: `retrieval beside ${counts[0]} creators, ${name}` }),
        },
        { what: `memory with ${count} creators, ${name}`, unit: 'MB', values: [memory()] },
      );
    }
    const apart = Math.ceil(filled / SEARCHES);
    const spread = Array.from({ length: Math.floor(filled / apart) }, (_, index) => idOf(index * apart));
    record({
      what: `each another creator's, ${name}`,
      unit: 'ms',
      values: await searchEach(spread),
      over: `retrieval beside ${counts[0]} creators, ${name}`,
    });
    await stop();
    return steps;
  }
}

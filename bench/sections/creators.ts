import chroma from '../../src/adapters/chroma/plugin.js';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import { type CreatorId, creatorIdSchema } from '../../src/core/ids.js';
import type { Plugin } from '../../src/core/plugin.js';
import { startChromaServer } from '../../test/support/chroma-server.js';
import { openEngines } from '../support/engines.js';
import { childrenOf, residentMegabytes } from '../support/processes.js';
import { type SearchTimes, createSearches } from '../support/searches.js';
import type { SectionContext } from '../support/section.js';
import { partOf } from '../support/servers.js';

const CHUNKS_EACH = 20;
const LESSON = 7;
const EMBEDDED_DIMENSIONS = 384;
const CHROMA_DIMENSIONS = 768;

/** A creator's search while it is the only one, and beside many others; each has a file or a collection of its own. */
export async function run({ folder, isSmall, record }: SectionContext): Promise<void> {
  const count = isSmall ? 10 : 1_000;
  const creators = Array.from({ length: count }, (_, index) => creatorIdSchema.parse(`creator-${index}`));
  await measure('embedded', [sqlite], EMBEDDED_DIMENSIONS, {});
  record({ what: 'memory of this process, embedded', unit: 'MB', values: [residentMegabytes(process.pid)] });
  const server = await startChromaServer(partOf('chroma'));
  await measure('Chroma', [sqlite, chroma], CHROMA_DIMENSIONS, { CHROMA_URL: server.url });
  const descendants = childrenOf(process.pid).flatMap((pid) => [pid, ...childrenOf(pid)]);
  const megabytes = Math.max(...descendants.map(residentMegabytes));
  record({ what: `memory of Chroma with ${count} creators`, unit: 'MB', values: [megabytes] });
  await server.stop();

  async function measure(
    name: string,
    plugins: readonly Plugin[],
    dimensions: number,
    environment: Record<string, string>,
  ): Promise<void> {
    const { engines, stop } = await openEngines(plugins, { dataFolder: folder, environment });
    const searches = createSearches(engines, dimensions);
    const searchEach = async (some: readonly CreatorId[]): Promise<number[]> => {
      const times: SearchTimes = { vectors: [], words: [], retrieval: [] };
      for (const creatorId of some) await searches.search(creatorId, [LESSON], times);
      return times.retrieval;
    };
    const [first, ...others] = creators.map((creatorId) => creatorIdSchema.parse(`${name.toLowerCase()}-${creatorId}`));
    if (first === undefined) return;
    await searches.fill(first, CHUNKS_EACH);
    const alone = await searchEach(Array.from({ length: 50 }, () => first));
    for (const creatorId of others) await searches.fill(creatorId, CHUNKS_EACH);
    const same = await searchEach(Array.from({ length: 50 }, () => first));
    const spread = await searchEach(others.filter((_, index) => index % Math.ceil(count / 50) === 0));
    record(
      { what: `retrieval alone, ${name}`, unit: 'ms', values: alone },
      {
        what: `retrieval beside ${count} creators, ${name}`,
        unit: 'ms',
        values: same,
        over: `retrieval alone, ${name}`,
      },
      { what: `each another creator's, ${name}`, unit: 'ms', values: spread, over: `retrieval alone, ${name}` },
    );
    await stop();
  }
}

import { onTestFinished } from 'vitest';
import chroma from '../../src/adapters/chroma/plugin.js';
import redis from '../../src/adapters/redis/plugin.js';
import type { Contributions, Engines, Plugin } from '../../src/core/plugin.js';
import { readSettings } from '../../src/core/settings.js';
import { systemClock } from '../../src/core/system-clock.js';
import { silentLogger } from './silent-logger.js';

/** What the processes of the server profile share, as one more process sees it, until the current test ends. */
export async function openServerStores(environment: Readonly<Record<string, string>>): Promise<Engines> {
  const created = await Promise.all([redis, chroma].map((plugin) => create(plugin, environment)));
  return Object.assign({}, ...created.map(({ engines }) => engines)) as Engines;
}

async function create(plugin: Plugin, environment: Readonly<Record<string, string>>): Promise<Contributions> {
  if (plugin.settings === undefined || plugin.create === undefined) throw new Error(`${plugin.name} makes nothing`);
  const read = readSettings(plugin.settings, environment);
  if ('problems' in read) throw new Error(read.problems.map(({ problem }) => problem).join('\n'));
  const created = await plugin.create({
    settings: read.settings,
    chosenFor: plugin.provides ?? [],
    engines: {} as Engines,
    clock: systemClock,
    logger: silentLogger,
    dataFolder: '',
  });
  onTestFinished(async () => created.stop?.());
  await created.start?.(AbortSignal.timeout(20_000));
  return created;
}

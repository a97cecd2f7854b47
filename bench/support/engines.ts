import type { Engines, Plugin } from '../../src/core/plugin.js';
import { readSettings } from '../../src/core/settings.js';
import { systemClock } from '../../src/core/system-clock.js';
import { silentLogger } from '../../test/support/silent-logger.js';

/** Engines without the Docent around them. */
export interface OpenEngines {
  readonly engines: Engines;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/** Creates and starts plugins for every engine that they provide; a later one's engines take the place of an earlier one's. @throws Error for settings that are not valid. */
export async function openEngines(
  plugins: readonly Plugin[],
  { dataFolder, environment = {} }: { readonly dataFolder: string; readonly environment?: Record<string, string> },
): Promise<OpenEngines> {
  const engines: Partial<Engines> = {};
  const stops: (() => Promise<void>)[] = [];
  for (const plugin of plugins) {
    const read = plugin.settings === undefined ? { settings: {} } : readSettings(plugin.settings, environment);
    if ('problems' in read) throw new Error(read.problems.map(({ problem }) => problem).join('\n'));
    const created = await plugin.create?.({
      settings: read.settings,
      chosenFor: plugin.provides ?? [],
      engines: engines as Engines,
      clock: systemClock,
      logger: silentLogger,
      dataFolder,
    });
    await created?.start?.(AbortSignal.timeout(START_TIMEOUT_MS));
    Object.assign(engines, created?.engines);
    stops.unshift(async () => created?.stop?.());
  }
  return {
    engines: engines as Engines,
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}

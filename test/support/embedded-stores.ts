import { onTestFinished } from 'vitest';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import type { Engines } from '../../src/core/plugin.js';
import type { Clock } from '../../src/core/ports/clock.js';
import { silentLogger } from './silent-logger.js';
import { temporaryFolder } from './temporary-folder.js';

/** The embedded stores of one process, and the folder they live in. */
export interface EmbeddedStores {
  readonly engines: Engines;
  readonly folder: string;
  /** Closes them; what work runs is left to whoever opens the folder next. */
  close(): Promise<void>;
}

/** Opens the embedded stores over a folder, by default an empty one of the test's own, until the test has ended. */
export async function openEmbeddedStores(clock: Clock, dataFolder?: string): Promise<EmbeddedStores> {
  const folder = dataFolder ?? (await temporaryFolder());
  const settings = { uploadSpaceMegabytes: 100 };
  const created = await sqlite.create?.({
    settings,
    chosenFor: sqlite.provides ?? [],
    engines: {} as Engines,
    clock,
    logger: silentLogger,
    dataFolder: folder,
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await created?.stop?.();
    isOpen = false;
  };
  onTestFinished(close);
  return { engines: created?.engines as Engines, folder, close };
}

import { ChromaClient } from 'chromadb';
import { createConnection } from '../../../src/adapters/chroma/connection.js';
import { type ChromaSettings, chromaSettingsSchema } from '../../../src/adapters/chroma/settings.js';
import { createVectorIndex } from '../../../src/adapters/chroma/vector-index.js';
import { readSettings } from '../../../src/core/settings.js';
import type { VectorIndex } from '../../../src/core/ports/vector-index.js';
import type { ChromaServer } from '../../support/chroma-server.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

/** An index over a database of its own on a real server, and the official client beside it. */
export interface OpenIndex {
  readonly index: VectorIndex;
  readonly client: ChromaClient;
  readonly clock: FakeClock;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  readonly environment: Readonly<Record<string, string>>;
  /** Another index, as another process would have one, with other settings where they are given. */
  again(environment?: Readonly<Record<string, string>>): VectorIndex;
}

/** Settings as the environment gives them. @throws Error with the problems. */
export function settingsFrom(environment: Readonly<Record<string, string>>): ChromaSettings {
  const result = readSettings(chromaSettingsSchema, environment);
  if ('settings' in result) return result.settings;
  throw new Error(result.problems.map(({ problem }) => problem).join('\n'));
}

/** Opens an index over an empty database. */
export async function openIndex(server: ChromaServer, more: Readonly<Record<string, string>> = {}): Promise<OpenIndex> {
  const database = await server.createDatabase();
  const environment = { CHROMA_URL: server.url, CHROMA_DATABASE: database, ...more };
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const again = (other: Readonly<Record<string, string>> = {}): VectorIndex => {
    const settings = settingsFrom({ ...environment, ...other });
    const { minSimilarity } = settings;
    return createVectorIndex({
      connection: createConnection({ settings, clock }),
      logger,
      ...(minSimilarity === undefined ? {} : { minSimilarity }),
    });
  };
  const address = { host: '127.0.0.1', port: server.port, ssl: false };
  const client = new ChromaClient({ ...address, tenant: 'default_tenant', database });
  return { index: again(), client, clock, logger, environment, again };
}

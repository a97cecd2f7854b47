import path from 'node:path';
import { z } from 'zod';
import {
  type Contributions,
  type EngineName,
  type Engines,
  type PluginContext,
  definePlugin,
} from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';
import { defaultTuning } from '../../core/tuning.js';
import { createBlobStore } from './blob-store.js';
import { createChunkStore } from './chunk-store.js';
import { createConversationStore } from './conversation-store.js';
import { createCoordinator } from './coordinator.js';
import { takeDataFolder } from './data-folder-lock.js';
import { openDatabase } from './database.js';
import { createKeywordIndex } from './keyword-index.js';
import { createKnowledgeDatabases } from './knowledge-database.js';
import { createMetricStore } from './metric-store.js';
import { createRecordStore } from './record-store.js';
import { docentMigrations } from './schema.js';
import { startSweeping } from './sweep.js';
import { createVectorIndex } from './vector-index.js';

const BYTES_PER_MB = 1_048_576;
/** Kept in `docent.sqlite`. */
const RECORDS = ['recordStore', 'conversationStore', 'metricStore', 'coordinator'] as const;
/** Kept as files. */
const UPLOADS = ['blobStore'] as const;
/** Kept in one file a creator; the keyword index can follow chunks that are kept elsewhere. */
const KNOWLEDGE = ['chunkStore', 'keywordIndex', 'vectorIndex'] as const;

const settings = z.strictObject({
  uploadSpaceMegabytes: setting(settingTypes.integer({ min: 1, max: 1_000_000, fallback: 2_048 }), {
    env: 'DOCENT_UPLOAD_SPACE_MEGABYTES',
    description: 'Space for uploads that wait to be read, all together, in megabytes.',
  }),
});
type Context = PluginContext<z.infer<typeof settings>>;

export default definePlugin({
  name: 'sqlite',
  description: 'Keeps everything in the data folder, without a server: SQLite files and the bytes of uploads.',
  settings,
  provides: [...RECORDS, ...UPLOADS, ...KNOWLEDGE],
  local: [...RECORDS, ...UPLOADS, 'chunkStore', 'vectorIndex'],
  async create(context) {
    const isChosenFor = (engines: readonly EngineName[]): boolean =>
      engines.some((engine) => context.chosenFor.includes(engine));
    const stops: (() => void | Promise<void>)[] = [await takeDataFolder(context.dataFolder)];
    const stop = async (): Promise<void> => {
      for (const stopOne of stops.toReversed()) await stopOne();
    };
    const engines: Partial<Engines> = {};
    const open = (part: Part): void => {
      Object.assign(engines, part.engines);
      stops.push(part.stop);
    };
    try {
      if (isChosenFor(RECORDS)) open(await openRecords(context));
      if (isChosenFor(UPLOADS)) open(await openUploads(context));
      if (isChosenFor(KNOWLEDGE)) open(openKnowledge(context));
    } catch (error) {
      await stop();
      throw error;
    }
    return { engines, stop } satisfies Contributions;
  },
});

/** What is kept in one place. */
interface Part {
  readonly engines: Partial<Engines>;
  stop(): void | Promise<void>;
}

async function openRecords({ dataFolder, clock, logger }: Context): Promise<Part> {
  const database = await openDatabase({ path: path.join(dataFolder, 'docent.sqlite'), migrations: docentMigrations });
  const coordinator = createCoordinator({ database, clock, logger });
  const conversationStore = createConversationStore({ database, clock, logger });
  const metricStore = createMetricStore(database, clock);
  const stopSweeping = startSweeping({
    clock,
    logger,
    sweeps: [coordinator.sweep, conversationStore.sweep, metricStore.sweep],
  });
  return {
    engines: { recordStore: createRecordStore(database, logger), conversationStore, metricStore, coordinator },
    async stop() {
      await stopSweeping();
      coordinator.close();
      database.close();
    },
  };
}

async function openUploads({ settings: { uploadSpaceMegabytes }, dataFolder, clock }: Context): Promise<Part> {
  const folder = path.join(dataFolder, 'blobs');
  const blobStore = await createBlobStore({ folder, clock, maxTotalBytes: uploadSpaceMegabytes * BYTES_PER_MB });
  return { engines: { blobStore }, stop() {} };
}

function openKnowledge({ dataFolder, tuning = defaultTuning }: Context): Part {
  const { stemming } = tuning;
  const knowledge = createKnowledgeDatabases({ folder: path.join(dataFolder, 'knowledge'), stemming });
  return {
    engines: {
      chunkStore: createChunkStore(knowledge),
      keywordIndex: createKeywordIndex(knowledge, tuning),
      vectorIndex: createVectorIndex(knowledge),
    },
    stop: () => knowledge.close(),
  };
}

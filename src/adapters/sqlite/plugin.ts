import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import { type Contributions, definePlugin } from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';
import { createBlobStore } from './blob-store.js';
import { createChunkStore } from './chunk-store.js';
import { createConversationStore } from './conversation-store.js';
import { createCoordinator } from './coordinator.js';
import { takeDataFolder } from './data-folder-lock.js';
import { type Database, openDatabase } from './database.js';
import { createKeywordIndex } from './keyword-index.js';
import { createKnowledgeDatabases } from './knowledge-database.js';
import { createMetricStore } from './metric-store.js';
import { createRecordStore } from './record-store.js';
import { docentMigrations } from './schema.js';
import { startSweeping } from './sweep.js';
import { createVectorIndex } from './vector-index.js';

const BYTES_PER_MB = 1_048_576;

const settings = z.strictObject({
  uploadSpaceMegabytes: setting(settingTypes.integer({ min: 1, max: 1_000_000, fallback: 2_048 }), {
    env: 'DOCENT_UPLOAD_SPACE_MEGABYTES',
    description: 'Space for uploads that wait to be read, all together, in megabytes.',
  }),
});

export default definePlugin({
  name: 'sqlite',
  description: 'Keeps everything in the data folder, without a server: SQLite files and the bytes of uploads.',
  settings,
  provides: [
    'recordStore',
    'conversationStore',
    'metricStore',
    'blobStore',
    'coordinator',
    'chunkStore',
    'keywordIndex',
    'vectorIndex',
  ],
  async create({ settings: { uploadSpaceMegabytes }, dataFolder, clock, logger }) {
    const releaseFolder = await takeDataFolder(dataFolder);
    try {
      const database = await openDatabase({
        path: path.join(dataFolder, 'docent.sqlite'),
        migrations: docentMigrations,
      });
      const maxTotalBytes = uploadSpaceMegabytes * BYTES_PER_MB;
      const blobStore = await createBlobStore({ folder: path.join(dataFolder, 'blobs'), clock, maxTotalBytes });
      return compose({ database, blobStore, dataFolder, clock, logger, releaseFolder });
    } catch (error) {
      releaseFolder();
      throw error;
    }
  },
});

interface Parts {
  readonly database: Database;
  readonly blobStore: Awaited<ReturnType<typeof createBlobStore>>;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  releaseFolder(): void;
}

function compose({ database, blobStore, dataFolder, clock, logger, releaseFolder }: Parts): Contributions {
  const coordinator = createCoordinator({ database, clock, logger });
  const conversationStore = createConversationStore({ database, clock, logger });
  const metricStore = createMetricStore(database, clock);
  const knowledge = createKnowledgeDatabases({ folder: path.join(dataFolder, 'knowledge') });
  const stopSweeping = startSweeping({
    clock,
    logger,
    sweeps: [coordinator.sweep, conversationStore.sweep, metricStore.sweep],
  });
  return {
    engines: {
      recordStore: createRecordStore(database, logger),
      conversationStore,
      metricStore,
      blobStore,
      coordinator,
      chunkStore: createChunkStore(knowledge),
      keywordIndex: createKeywordIndex(knowledge),
      vectorIndex: createVectorIndex(knowledge),
    },
    async stop() {
      await stopSweeping();
      coordinator.close();
      await knowledge.close();
      database.close();
      releaseFolder();
    },
  };
}

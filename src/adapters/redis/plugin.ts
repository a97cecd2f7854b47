import { definePlugin } from '../../core/plugin.js';
import { createBlobStore } from './blob-store.js';
import { createChunkStore } from './chunk-store.js';
import { createConnection } from './connection.js';
import { createConversationStore } from './conversation-store.js';
import { createCoordinator } from './coordinator.js';
import { serverHealth } from './health.js';
import { createMetricStore } from './metric-store.js';
import { createRecordStore } from './record-store.js';
import { redisSettingsSchema } from './settings.js';

const BYTES_PER_MB = 1_048_576;

/**
 * Everything that several Docents share, on one Redis. Docent does not start while Redis is away: it waits 15 seconds,
 * and ends with what to do, for its supervisor to start it again. Later on Redis may come and go.
 */
export default definePlugin({
  name: 'redis',
  description: 'Keeps what several Docents share on a Redis server, with Sentinel, or on a Redis Cluster.',
  settings: redisSettingsSchema,
  provides: ['recordStore', 'conversationStore', 'metricStore', 'blobStore', 'chunkStore', 'coordinator'],
  async create({ settings, clock, logger }) {
    const connection = await createConnection({ settings, clock, logger });
    const coordinator = createCoordinator({ connection, clock, logger });
    const maxTotalBytes = settings.uploadSpaceMegabytes * BYTES_PER_MB;
    return {
      engines: {
        recordStore: createRecordStore(connection, logger),
        conversationStore: createConversationStore({ connection, clock, logger }),
        metricStore: createMetricStore({ connection, clock, logger }),
        blobStore: createBlobStore({ connection, clock, maxTotalBytes }),
        chunkStore: createChunkStore({ connection, logger }),
        coordinator,
      },
      healthChecks: [{ component: 'redis', check: (signal) => serverHealth(connection, signal) }],
      start: (signal) => connection.start(signal),
      async stop() {
        coordinator.close();
        connection.close();
      },
    };
  },
});

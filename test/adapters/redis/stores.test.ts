import { createBlobStore } from '../../../src/adapters/redis/blob-store.js';
import { createChunkStore } from '../../../src/adapters/redis/chunk-store.js';
import { createConversationStore } from '../../../src/adapters/redis/conversation-store.js';
import { createMetricStore } from '../../../src/adapters/redis/metric-store.js';
import { createRecordStore } from '../../../src/adapters/redis/record-store.js';
import { describeBlobStoreContract } from '../../contracts/blob-store.contract.js';
import { describeChunkStoreContract } from '../../contracts/chunk-store.contract.js';
import { describeConversationStoreContract } from '../../contracts/conversation-store.contract.js';
import { describeMetricStoreContract } from '../../contracts/metric-store.contract.js';
import { describeRecordStoreContract } from '../../contracts/record-store.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openSubject } from './subject.js';

describeWith('redis-server', 'stores on Redis', (part) => {
  const server = useRedisServer(part);
  const environment = () => ({ REDIS_URL: server().url });

  describeRecordStoreContract('redis', () =>
    openSubject(environment(), ({ connection, logger }) => createRecordStore(connection, logger)),
  );
  describeConversationStoreContract('redis', () => openSubject(environment(), createConversationStore));
  describeMetricStoreContract('redis', () => openSubject(environment(), createMetricStore));
  describeBlobStoreContract('redis', () =>
    openSubject(environment(), (storage) => createBlobStore({ ...storage, maxTotalBytes: 10_000_000 })),
  );
  describeChunkStoreContract('redis', () =>
    openSubject(environment(), ({ connection, logger }) => createChunkStore(connection, logger)),
  );
});

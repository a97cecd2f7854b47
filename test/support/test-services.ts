import { createAnswerRecords } from '../../src/core/answer/answer-records.js';
import { createCreatorLinks } from '../../src/core/chat/creator-links.js';
import { createCreators } from '../../src/core/creators.js';
import { createHealthBoard } from '../../src/core/health/health-board.js';
import { createDocumentRegistry } from '../../src/core/ingest/document-registry.js';
import { createAnswerMetrics } from '../../src/core/metrics/answer-metrics.js';
import type { Engines } from '../../src/core/plugin.js';
import type { Clock } from '../../src/core/ports/clock.js';
import type { Services } from '../../src/core/services.js';
import { silentLogger } from './silent-logger.js';

/** What a test's services are made over; what is not given and not made from the engines is not there. */
export interface TestServicesOptions extends Partial<Omit<Services, 'clock'>> {
  readonly engines: Engines;
  readonly clock: Clock;
}

/** The core's services over embedded stores. */
export function createTestServices({ engines, clock, ...given }: TestServicesOptions): Services {
  const { recordStore, coordinator, metricStore, conversationStore, blobStore } = engines;
  const creators = createCreators({ recordStore, now: () => clock.now() });
  const metrics = createAnswerMetrics({ metricStore, clock });
  const made = {
    clock,
    commands: [],
    acceptedExtensions: ['.md', '.pdf'],
    creators,
    links: createCreatorLinks({ recordStore, clock, creators }),
    documents: createDocumentRegistry({ recordStore, coordinator, creators, clock, logger: silentLogger }),
    metrics,
    answers: createAnswerRecords({ recordStore, metrics, clock }),
    conversations: conversationStore,
    health: createHealthBoard({ checks: [], clock }),
    blobs: blobStore,
  };
  return { ...made, ...given } as unknown as Services;
}

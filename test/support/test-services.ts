import { createAnswerRecords } from '../../src/core/answer/answer-records.js';
import { createCreatorLinks } from '../../src/core/chat/creator-links.js';
import { createDirectRooms } from '../../src/core/chat/direct-rooms.js';
import { createCreators } from '../../src/core/creators.js';
import { createGaps } from '../../src/core/gaps/gaps.js';
import { createHealthBoard } from '../../src/core/health/health-board.js';
import { createDocumentRegistry } from '../../src/core/ingest/document-registry.js';
import { createAnswerMetrics } from '../../src/core/metrics/answer-metrics.js';
import type { Engines } from '../../src/core/plugin.js';
import type { ChatAdapter } from '../../src/core/ports/chat-adapter.js';
import type { Clock } from '../../src/core/ports/clock.js';
import type { Services } from '../../src/core/services.js';
import { silentLogger } from './silent-logger.js';

/** What a test's services are made over; what is not given and not made from the engines is not there. */
export interface TestServicesOptions extends Partial<Omit<Services, 'clock'>> {
  readonly engines: Engines;
  readonly clock: Clock;
  /** By platform, for direct talks; none by default. */
  readonly adapters?: ReadonlyMap<string, Pick<ChatAdapter, 'membership'>>;
}

/** The core's services over embedded stores. */
export function createTestServices({ engines, clock, adapters = new Map(), ...given }: TestServicesOptions): Services {
  const { recordStore, coordinator, metricStore, conversationStore, blobStore } = engines;
  const creators = createCreators({ recordStore, now: () => clock.now() });
  const links = createCreatorLinks({ recordStore, clock, creators });
  const metrics = createAnswerMetrics({ metricStore, clock });
  const answers = createAnswerRecords({ recordStore, metrics, clock });
  const made = {
    clock,
    commands: [],
    acceptedExtensions: ['.md', '.pdf'],
    creators,
    links,
    directRooms: createDirectRooms({ links, adapters, recordStore, clock }),
    documents: createDocumentRegistry({ recordStore, coordinator, creators, clock, logger: silentLogger }),
    metrics,
    answers,
    answering: { unfinishedStages: () => ({}) },
    conversations: conversationStore,
    gaps: createGaps({ answers, embedder: engines.embedder, logger: silentLogger }),
    health: createHealthBoard({ checks: [], clock }),
    ownHealth: createHealthBoard({ checks: [], clock }),
    blobs: blobStore,
  };
  return { ...made, ...given } as unknown as Services;
}

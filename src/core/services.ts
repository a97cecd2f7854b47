import type { Answering } from './answer/answering.js';
import type { CreatorLinks } from './chat/creator-links.js';
import type { DirectRooms } from './chat/direct-rooms.js';
import type { AnswerRecords } from './answer/answer-records.js';
import type { CommandDefinition } from './chat/command.js';
import type { Gaps } from './gaps/gaps.js';
import type { HealthBoard } from './health/health-board.js';
import type { DocumentRegistry } from './ingest/document-registry.js';
import type { Ingestion } from './ingest/ingestion.js';
import type { AnswerMetrics } from './metrics/answer-metrics.js';
import type { Creators } from './creators.js';
import type { Erasure } from './erasure.js';
import type { Attachment, ChatEvent } from './chat/chat-event.js';
import type { BlobStore } from './ports/blob-store.js';
import type { ChartRenderer } from './ports/chart-renderer.js';
import type { Clock } from './ports/clock.js';
import type { ConversationStore } from './ports/conversation-store.js';
import type { ModelLibrary } from './ports/model-library.js';
import type { ReportBook } from './reports/report-book.js';

/** What commands work with: the core's capabilities, and nothing of any platform or engine. */
export interface Services {
  readonly clock: Clock;
  readonly commands: readonly CommandDefinition[];
  /** File endings that some parser reads, with the dot. */
  readonly acceptedExtensions: readonly string[];
  readonly creators: Creators;
  readonly links: CreatorLinks;
  readonly directRooms: DirectRooms;
  readonly documents: DocumentRegistry;
  readonly ingestion: Ingestion;
  readonly answering: Answering;
  readonly answers: AnswerRecords;
  readonly conversations: ConversationStore;
  readonly metrics: AnswerMetrics;
  /** How all of Docent is, in every process. */
  readonly health: HealthBoard;
  /** How this process and what it sees is. */
  readonly ownHealth: HealthBoard;
  readonly reports: ReportBook;
  readonly gaps: Gaps;
  /** Draws the charts of reports. */
  readonly charts: ChartRenderer;
  /** Where models can be downloaded from; none when all engines bring theirs. */
  readonly modelLibraries: readonly ModelLibrary[];
  readonly erasure: Erasure;
  /** Keeps the bytes of posted files until their job ends. */
  readonly blobs: Pick<BlobStore, 'put' | 'delete'>;
  /** Streams a posted file from the event's own platform. */
  download(event: ChatEvent, attachment: Attachment, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

import { join } from 'node:path';
import { type AnswerSteps, createAnswerSteps } from '../answer/answer-steps.js';
import { answerLimits } from '../answer/answer-limits.js';
import { createPlugins } from '../create-plugins.js';
import { createCreators } from '../creators.js';
import { makeDataFolder } from '../data-folder.js';
import { type CreatorId, creatorIdSchema, hashParts } from '../ids.js';
import { type WritableDocumentRegistry, createDocumentRegistry } from '../ingest/document-registry.js';
import type { DocumentReader } from '../ingest/document-reader.js';
import { createIngestion } from '../ingest/ingestion.js';
import { waitUntilLearned } from '../ingest/learning.js';
import { createPlannedReader } from '../ingest/planned-reader.js';
import type { Plan } from '../plan.js';
import type { Engines } from '../plugin.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import type { Embedder } from '../ports/embedder.js';
import type { Tuning } from '../tuning.js';
import { type UnreadDocument, addDocuments, checkSomeRead, createIngestJobs } from './add-documents.js';
import { type EvaluationDataset, documentsFingerprint } from './dataset.js';
import { textReader } from './dataset-reader.js';
import { type Stopwatch, createStopwatch } from './stopwatch.js';
import { timedEngines } from './timed-engines.js';
import { cacheVectors } from './vector-cache.js';

/** What is evaluated. */
export interface Configuration {
  /** Its data folder is for evaluations alone: each room gets a folder there, which stays for the next time. */
  readonly plan: Plan;
  readonly tuning: Tuning;
}

/** The documents of a data set, ready to be asked about. */
export interface EvaluationRoom {
  readonly creatorId: CreatorId;
  readonly steps: AnswerSteps;
  readonly stopwatch: Stopwatch;
  readonly unread: readonly UnreadDocument[];
  /** Passages of all documents. */
  readonly chunkCount: number;
  stop(): Promise<void>;
}

/** How a room is opened. */
export interface OpenRoomOptions {
  readonly clock: Clock;
  /** Folder that the data folder's relative path is found from. */
  readonly folder: string;
  readonly onStatus: (status: ReplyStatus) => void;
  readonly signal: AbortSignal;
}

const START_TIMEOUT_MS = 60_000;
const BYTES_PER_MEGABYTE = 1_000_000;
/** The embedder adds a start and an end token of its own. */
const SPECIAL_TOKENS = 2;

/** Every room has a data folder to itself, so one creator is enough. */
const creatorId = creatorIdSchema.parse('evaluation');

/**
 * The name of a data set's room: another for all that changes how its documents are cut and indexed, so that a room can
 * be kept and asked again.
 */
export function roomOf({ documents }: EvaluationDataset, { plan, tuning }: Configuration): string {
  const embedder = plan.plugins.find(({ engines }) => engines.includes('embedder'));
  const parts = [
    documentsFingerprint({ documents }),
    JSON.stringify([embedder?.plugin.name, embedder?.settings]),
    JSON.stringify([tuning.chunkTokens, tuning.stemming]),
  ];
  return hashParts(parts, 16);
}

/**
 * Builds the engines of a plan and takes the documents in as uploads are taken in: parsed, cut, indexed and embedded by
 * the product's own jobs. What a killed evaluation has done is not done again.
 * @throws DocentError as an upload, `DOCUMENT_EMPTY` when no document could be read; the signal's reason when aborted.
 */
export async function openEvaluationRoom(
  dataset: EvaluationDataset,
  configuration: Configuration,
  options: OpenRoomOptions,
): Promise<EvaluationRoom> {
  const { plan, tuning } = configuration;
  const { clock, folder, signal } = options;
  const room = join(plan.core.dataFolder, roomOf(dataset, configuration));
  const dataFolder = await makeDataFolder({ dataFolder: room }, folder);
  const created = await createPlugins(plan, { clock, dataFolder, tuning });
  const stops = [() => created.stop()];
  const stop = async (): Promise<void> => {
    for (const stopOne of stops.toReversed()) await stopOne();
  };
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(START_TIMEOUT_MS)]);
    for (const { contributions } of created.contributions) await contributions.start?.(inTime);
    const stopwatch = createStopwatch(() => performance.now());
    const timed = { ...created.engines, ...timedEngines(created.engines, stopwatch) };
    const cached = await cacheVectors(timed.embedder, { folder: join(dataFolder, '..'), signal });
    stops.push(() => cached.close());
    const engines = { ...timed, embedder: cached.embedder };
    const registry = createRegistry(engines, clock);
    const unread = await takeIn(dataset, { ...configuration, ...options, engines, registry });
    const { chatModel, logger, chunkStore } = engines;
    const limits = answerLimits(plan.core);
    const steps = createAnswerSteps({ ...engines, registry, prepare, chatModel, clock, logger, tuning, limits });
    return { creatorId, steps, stopwatch, unread, chunkCount: await chunkStore.count(creatorId), stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** No other process shares the chunks. */
async function prepare(): Promise<void> {}

function createRegistry({ recordStore, coordinator, logger }: Engines, clock: Clock): WritableDocumentRegistry {
  const creators = createCreators({ recordStore, now: () => clock.now() });
  return createDocumentRegistry({ recordStore, coordinator, creators, clock, logger });
}

interface TakingIn extends Configuration, OpenRoomOptions {
  readonly engines: Engines;
  readonly registry: WritableDocumentRegistry;
}

/** Takes in what is not there yet, and waits until all of it can be searched by meaning too. */
async function takeIn(dataset: EvaluationDataset, taking: TakingIn): Promise<UnreadDocument[]> {
  const { plan, tuning, engines, registry, clock, onStatus, signal } = taking;
  const { recordStore, blobStore, logger } = engines;
  const files = createPlannedReader(plan, { logger, clock });
  const jobs = createIngestJobs();
  const ingestion = createIngestion({
    ...engines,
    embedder: withChunkTokens(engines.embedder, tuning.chunkTokens),
    clock,
    creators: createCreators({ recordStore, now: () => clock.now() }),
    registry,
    reader: readerOf(dataset, files),
    openReply: jobs.openReply,
    maxBytes: plan.core.maxUploadMegabytes * BYTES_PER_MEGABYTE,
    async onFile() {},
  });
  try {
    await ingestion.start();
    const adding = { creatorId, ingestion, registry, blobStore, jobs, clock, onStatus, signal };
    const unread = await addDocuments(adding, dataset.documents);
    checkSomeRead(dataset.documents, unread);
    await waitUntilLearned({ documents: registry, clock }, creatorId, { onStatus, signal });
    return unread;
  } finally {
    await ingestion.stop(0);
    await files.stop();
  }
}

function withChunkTokens(embedder: Embedder, chunkTokens: number | undefined): Embedder {
  if (chunkTokens === undefined) return embedder;
  const maxTokens = { get: () => Math.min(embedder.maxTokens, chunkTokens + SPECIAL_TOKENS) };
  return Object.create(embedder, { maxTokens }) as Embedder;
}

/** A data set holds texts or files; an upload's name tells which. */
function readerOf({ documents }: EvaluationDataset, files: DocumentReader): DocumentReader {
  const texts = new Set(documents.filter(({ content }) => content.kind === 'text').map(({ name }) => name));
  return {
    parse: (bytes, options) => (texts.has(options.name) ? textReader : files).parse(bytes, options),
  };
}

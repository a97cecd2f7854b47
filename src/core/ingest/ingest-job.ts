import type { ChatEvent } from '../chat/chat-event.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import { type DocentError, toDocentError } from '../errors.js';
import { type CreatorId, documentIdOf } from '../ids.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { ClaimedWork, WorkOutcome } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { runExclusively } from '../exclusive.js';
import { TRYING_AGAIN, isEngineAway } from '../store-deadline.js';
import type { DocumentRecord } from './document-record.js';
import { documentLease, removeText, statusOf } from './document-version.js';
import { type FileToIngest, type IngestEngines, ingestFile, resultSoFar } from './ingest-file.js';
import {
  type FileResult,
  type IngestPayload,
  type IngestProgress,
  INGEST_QUEUE,
  ingestPayloadSchema,
  ingestProgressSchema,
} from './ingest-payload.js';
import { describeResults, describeProgress } from './ingest-messages.js';

/** Opens the reply to an event on the event's own platform. */
export type OpenReply = (event: ChatEvent, signal: AbortSignal) => Promise<Reply>;

/** What a job works with. */
export interface IngestJobOptions extends IngestEngines {
  readonly logger: Logger;
  readonly openReply: OpenReply;
  onFile(creatorId: CreatorId, outcome: 'ready' | 'failed'): Promise<void>;
}

/** Files of one event that are worked on at once: while one is stored the next is read, by another process. */
const FILES_AT_ONCE = 2;

/**
 * Reads the files of one event, two at a time, and finishes its reply. Files done in an earlier try are not read
 * again; a retryable failure is thrown, so that the coordinator tries the rest later.
 */
export async function runIngestJob(options: IngestJobOptions, work: ClaimedWork): Promise<WorkOutcome> {
  const payload = ingestPayloadSchema.parse(work.payload);
  const reply = await options.openReply(payload.event, work.signal);
  const results = await earlierResults(options, work);
  const giveUp = new AbortController();
  const signal = AbortSignal.any([work.signal, giveUp.signal]);
  const settling: Promise<FileResult>[] = [];
  const begin = (index: number): void => {
    const file = payload.files[index];
    if (file === undefined) return;
    const onProgress = (current: NonNullable<IngestProgress['current']>): void => {
      // The first that is not done is what people wait for; the others say nothing yet.
      if (index !== results.length) return;
      work.progress({ results, current });
      void reply.status(describeProgress(current, results.length, payload.files.length)).catch(() => undefined);
    };
    const settled = settleFile(options, payload, file, { signal, onProgress });
    // Its turn to be looked at may come after it failed.
    settled.catch(() => undefined);
    settling.push(settled);
  };
  for (let ahead = 0; ahead < FILES_AT_ONCE; ahead += 1) begin(results.length + ahead);
  try {
    for (let next = settling.shift(); next !== undefined; next = settling.shift()) {
      results.push(await next);
      await work.saveProgress({ results, current: null });
      begin(results.length + settling.length);
    }
  } catch (error) {
    giveUp.abort();
    // The next try must not meet what was begun.
    await Promise.allSettled(settling);
    if (isEngineAway(error)) {
      work.progress({ results, current: null, isTryingAgain: true });
      await reply.status({ text: TRYING_AGAIN }).catch(() => undefined);
    }
    throw error;
  }
  await finish(options, payload, reply, results);
  return 'done';
}

/** The last word on an event whose job failed for good: files that were not done are told as failed, and no others. */
export async function finishFailedJob(options: IngestJobOptions, work: ClaimedWork, error: unknown): Promise<void> {
  const payload = ingestPayloadSchema.parse(work.payload);
  const results = await earlierResults(options, work);
  const failure = toDocentError(error);
  const { creatorId, event } = payload;
  for (const file of payload.files.slice(results.length)) {
    // One that was read beside the one that failed.
    const done =
      'blob' in file ? await resultSoFar(options, { ...file, creatorId, receivedAt: event.receivedAt }) : undefined;
    results.push(done ?? (await recordFailure(options, payload, file.name, failure)));
  }
  await work.saveProgress({ results, current: null });
  await finish(options, payload, await options.openReply(payload.event, work.signal), results);
}

async function earlierResults(options: IngestJobOptions, work: ClaimedWork): Promise<FileResult[]> {
  const progress = ingestProgressSchema.safeParse((await options.coordinator.status(INGEST_QUEUE, work.id))?.progress);
  return progress.success ? progress.data.results : [];
}

async function settleFile(
  options: IngestJobOptions,
  payload: IngestPayload,
  file: IngestPayload['files'][number],
  { signal, onProgress }: Pick<FileToIngest, 'signal' | 'onProgress'>,
): Promise<FileResult> {
  if ('failure' in file) return { name: file.name, outcome: 'failed', ...file.failure };
  const { creatorId, uploadedBy, replace, event } = payload;
  try {
    const result = await ingestFile(options, {
      ...file,
      creatorId,
      uploadedBy,
      replace,
      receivedAt: event.receivedAt,
      signal,
      onProgress,
    });
    await count(options, creatorId, 'ready');
    return result;
  } catch (error) {
    // A stopping process or a store that is away says nothing about the file: the job is tried again.
    if (signal.aborted) throw error;
    const failure = toDocentError(error);
    if (failure.retryable || failure.code === 'INTERNAL') throw error;
    return recordFailure(options, payload, file.name, failure);
  }
}

/** How long the note of a failure may wait for other work on the document, in milliseconds. */
const RECORD_TIMEOUT_MS = 60_000;

function withFailure(
  current: DocumentRecord | undefined,
  { code, userMessage }: DocentError,
  now: number,
): DocumentRecord | undefined {
  if (current === undefined || current.status === 'removing') return undefined;
  const status = current.active === null ? 'failed' : statusOf(current.active);
  return { ...current, status, pendingVersion: null, failure: { code, userMessage }, updatedAt: now };
}

async function recordFailure(
  options: IngestJobOptions,
  { creatorId }: IngestPayload,
  name: string,
  failure: DocentError,
): Promise<FileResult> {
  const documentId = documentIdOf(creatorId, name);
  const { code, userMessage } = failure;
  options.logger.warn('ingest.failed', { creatorId, documentId, code }, failure);
  const signal = AbortSignal.timeout(RECORD_TIMEOUT_MS);
  await runExclusively(options, documentLease(documentId), signal, async () => {
    // A document that was removed, or added again meanwhile, has nothing to do with this failure.
    if (code !== 'DOCUMENT_CANCELLED')
      await options.registry.update(creatorId, documentId, (current) =>
        withFailure(current, failure, options.clock.now()),
      );
    const record = await options.registry.get(creatorId, documentId);
    await removeText(options, creatorId, documentId, record?.active?.version);
  });
  await count(options, creatorId, 'failed');
  return { name, outcome: code === 'DOCUMENT_CANCELLED' ? 'cancelled' : 'failed', code, userMessage };
}

async function finish(
  options: IngestJobOptions,
  payload: IngestPayload,
  reply: Reply,
  results: readonly FileResult[],
): Promise<void> {
  // Before the last word: where that is kept beside the bytes and cannot be kept now, both are tried again.
  for (const file of payload.files)
    if ('blob' in file) await afterwards(options, () => options.blobStore.delete(payload.creatorId, file.blob.blobId));
  const message: OutgoingMessage = describeResults(results);
  await reply.finish(message);
}

function count(options: IngestJobOptions, creatorId: CreatorId, outcome: 'ready' | 'failed'): Promise<void> {
  return afterwards(options, () => options.onFile(creatorId, outcome));
}

/** What comes after the work was done is no reason to do it again. */
async function afterwards({ logger }: IngestJobOptions, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!isEngineAway(error)) throw error;
    logger.warn('ingest.left-undone', {}, error);
  }
}

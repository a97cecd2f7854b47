import type { ChatEvent } from '../chat/chat-event.js';
import { DocentError, toDocentError } from '../errors.js';
import { type CreatorId, type DocumentId, type MemberKey, documentIdOf } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { StoredBlob } from '../ports/blob-store.js';
import type { ClaimedWork, Worker, WorkOutcome } from '../ports/coordinator.js';
import type { Embedder } from '../ports/embedder.js';
import type { Logger } from '../ports/logger.js';
import type { Creators } from '../creators.js';
import type { DocumentRecord } from './document-record.js';
import { embedTurn } from './embed-job.js';
import { statusOf, versionOf } from './document-version.js';
import type { IngestEngines } from './ingest-file.js';
import { type OpenReply, runIngestJob, finishFailedJob } from './ingest-job.js';
import { EMBED_QUEUE, INGEST_QUEUE, embedPayloadSchema, ingestPayloadSchema } from './ingest-payload.js';
import { finishRemoval, removeDocument, settleRemoval } from './removal.js';

/** One file of a submission: its bytes, or why there are none. */
export type SubmittedFile =
  | { readonly name: string; readonly blob: StoredBlob }
  | { readonly name: string; readonly failure: { readonly code: string; readonly userMessage: string } };

/** The files of one event, to be taken in together. */
export interface Submission {
  readonly creatorId: CreatorId;
  readonly uploadedBy: MemberKey;
  /** The event whose reply the job keeps current and finishes, once for all files. */
  readonly event: ChatEvent;
  /** 1 to 25. A file's name is its identity together with the creator. */
  readonly files: readonly SubmittedFile[];
  /** false: another content under a known name is refused instead of replacing it. */
  readonly replace: boolean;
}

/** Takes documents in, durably. */
export interface Ingestion {
  /** Largest upload in bytes. */
  readonly maxBytes: number;
  /** Starts one durable job for the files of an event, or leaves the one that runs for it already. */
  submit(submission: Submission): Promise<void>;
  /**
   * Removes a document with its chunks, in every version, and stops work on it, also one whose record cannot be read. What
   * cannot be reached now goes later. Resolves to how many passages answered; null where that is not known.
   * @throws DocentError `DOCUMENT_UNKNOWN`.
   */
  forget(creatorId: CreatorId, documentId: DocumentId): Promise<{ readonly chunkCount: number | null }>;
  /** How many jobs start before each document that waits for its turn; an estimate. */
  waiting(creatorId: CreatorId): Promise<ReadonlyMap<DocumentId, number>>;
  /** Makes all vectors of a creator anew, in the background, from the stored text; returns how many documents wait for it. */
  reindex(creatorId: CreatorId): Promise<number>;
}

/** What ingestion works with. */
export interface IngestionOptions extends Omit<IngestEngines, 'embedder'> {
  readonly embedder: Embedder;
  readonly creators: Creators;
  readonly logger: Logger;
  readonly openReply: OpenReply;
  readonly maxBytes: number;
  /** Called when a file is done, for the metrics. */
  onFile(creatorId: CreatorId, outcome: 'ready' | 'failed'): Promise<void>;
}

/** Ingestion with the workers that run it. */
export interface RunningIngestion extends Ingestion {
  /** Takes up work, also what was left undone: versions without all their vectors. */
  start(): Promise<void>;
  stop(drainMs: number): Promise<void>;
}

const LEASE_MS = 30_000;
const PAGE_SIZE = 500;
const BLOB_LIFE_MS = 7 * 24 * 60 * 60 * 1_000;
const SWEEP_EVERY_MS = 24 * 60 * 60 * 1_000;
/** An embedder may be away for hours: tries enough for eight, a minute apart. */
const EMBED_ATTEMPTS = 500;

const backoffMs = (attempt: number): number => Math.min(30_000, 1_000 * 2 ** attempt);

/** Ingestion over the coordinator's queues. */
export function createIngestion(options: IngestionOptions): RunningIngestion {
  const { coordinator, registry, creators, clock, logger } = options;
  let ingesting: Worker | undefined;
  let embedding: Worker | undefined;
  let cancelSweep = (): void => undefined;

  async function resumeLearning(): Promise<void> {
    for (const creatorId of await creators.list())
      for await (const record of documentsOf(creatorId)) await enqueueEmbedding(creatorId, record);
  }

  async function* documentsOf(creatorId: CreatorId): AsyncGenerator<DocumentRecord> {
    let after: DocumentId | undefined;
    for (;;) {
      const page = await registry.list(creatorId, { ...(after === undefined ? {} : { after }), limit: PAGE_SIZE });
      yield* page;
      if (page.length < PAGE_SIZE) return;
      after = page.at(-1)?.documentId;
    }
  }

  async function enqueueEmbedding(creatorId: CreatorId, { documentId, active }: DocumentRecord): Promise<void> {
    if (active === null || active.embeddedCount >= active.chunkCount) return;
    const known = await coordinator.list({ queue: EMBED_QUEUE, group: creatorId, limit: 1_000 });
    if (known.some(({ id }) => id.startsWith(`${documentId}.${active.version}.`))) return;
    await coordinator.enqueue({
      queue: EMBED_QUEUE,
      id: `${documentId}.${active.version}.${clock.now()}`,
      group: creatorId,
      payload: { creatorId, documentId, version: active.version },
    });
  }

  /** Bytes whose job never came, such as of an upload that was cut off, go after a week. */
  function sweepBlobs(): void {
    options.blobStore.sweep(BLOB_LIFE_MS).catch((error: unknown) => logger.warn('uploads.sweep-failed', {}, error));
    cancelSweep = clock.after(SWEEP_EVERY_MS, sweepBlobs);
  }

  async function resumeRemovals(): Promise<void> {
    for (const creatorId of await creators.list())
      for (const { documentId } of await registry.removing(creatorId))
        await settleRemoval(options, creatorId, documentId);
  }

  async function embed(work: ClaimedWork): Promise<WorkOutcome> {
    const { creatorId, documentId, version } = embedPayloadSchema.parse(work.payload);
    if (version === null) {
      await finishRemoval(options, creatorId, documentId);
      return 'done';
    }
    try {
      return await embedTurn(options, { creatorId, documentId, version }, work);
    } catch (error) {
      if (!(error instanceof DocentError) || error.code !== 'EMBEDDER_MISMATCH') throw error;
      await reindex(creatorId);
      return 'again';
    }
  }

  /** Notes that a document has no vectors, and resolves to its record. */
  async function forgetVectors(creatorId: CreatorId, documentId: DocumentId): Promise<DocumentRecord | undefined> {
    return registry.update(creatorId, documentId, (current) =>
      !current?.active || current.active.embeddedCount === 0
        ? undefined
        : {
            ...current,
            active: { ...current.active, embeddedCount: 0 },
            status: current.status === 'ready' ? 'learning' : current.status,
          },
    );
  }

  async function reindex(creatorId: CreatorId): Promise<number> {
    // Before the vectors go: whatever cuts this short, the next start finds what lacks its own.
    for await (const { documentId } of documentsOf(creatorId)) await forgetVectors(creatorId, documentId);
    let waiting = 0;
    try {
      await options.vectorIndex.eraseCreator(creatorId);
    } finally {
      // Once more: what was learned meanwhile is gone too. An index that did not answer may have erased all the same.
      for await (const { documentId } of documentsOf(creatorId)) {
        const record = await forgetVectors(creatorId, documentId);
        if (!record?.active) continue;
        await enqueueEmbedding(creatorId, record);
        waiting++;
      }
    }
    return waiting;
  }

  return {
    maxBytes: options.maxBytes,
    reindex,

    async submit({ creatorId, uploadedBy, event, files, replace }) {
      if ((await coordinator.status(INGEST_QUEUE, event.id)) !== undefined) return;
      const payload = ingestPayloadSchema.parse({ creatorId, uploadedBy, event, files, replace });
      for (const file of files)
        if ('blob' in file) await announce(registry, { creatorId, uploadedBy, now: clock.now(), ...file });
      try {
        await coordinator.enqueue({
          queue: INGEST_QUEUE,
          id: event.id,
          group: creatorId,
          payload: payload as JsonValue,
        });
      } catch (error) {
        // The queue may have kept it without being able to say so.
        if ((await coordinator.status(INGEST_QUEUE, event.id)) !== undefined) return;
        for (const { name } of files) await withdraw(registry, creatorId, name);
        throw error;
      }
    },

    forget: (creatorId, documentId) => removeDocument(options, creatorId, documentId),

    async waiting(creatorId) {
      const jobs = await coordinator.list({ queue: INGEST_QUEUE, group: creatorId, limit: 1_000 });
      return new Map(
        jobs
          .filter(({ state }) => state === 'waiting')
          .flatMap(({ payload, position }) =>
            // What cannot be read, such as a job of another version, fails when its turn comes.
            (ingestPayloadSchema.safeParse(payload).data?.files ?? []).map(
              ({ name }) => [documentIdOf(creatorId, name), position] as const,
            ),
          ),
      );
    },

    async start() {
      ingesting = coordinator.work(INGEST_QUEUE, {
        concurrency: 2,
        concurrencyPerGroup: 1,
        leaseMs: LEASE_MS,
        maxAttempts: 5,
        backoffMs,
        handle: (work) => runIngestJob(options, work),
        failed: (work, error) => finishFailedJob(options, work, error),
      });
      embedding = coordinator.work(EMBED_QUEUE, {
        concurrency: 2,
        concurrencyPerGroup: 1,
        leaseMs: LEASE_MS,
        maxAttempts: EMBED_ATTEMPTS,
        backoffMs: (attempt) => Math.min(60_000, backoffMs(attempt)),
        handle: embed,
        failed: async (work, error) =>
          logger.error('embedding.failed', { work: work.id, code: toDocentError(error).code }, error),
      });
      await resumeRemovals();
      await resumeLearning();
      sweepBlobs();
    },

    async stop(drainMs) {
      cancelSweep();
      // Vectors are made batch by batch and go on at the next start: nobody waits for them.
      await Promise.all([ingesting?.stop(drainMs), embedding?.stop(0)]);
    },
  };
}

/** Shows the document in lists from the moment it is accepted; an active version stays as it is. */
async function announce(
  registry: IngestEngines['registry'],
  file: { creatorId: CreatorId; uploadedBy: MemberKey; now: number; name: string; blob: StoredBlob },
): Promise<void> {
  const { creatorId, uploadedBy, now, name, blob } = file;
  const documentId = documentIdOf(creatorId, name);
  await registry.update(creatorId, documentId, (current) =>
    current === undefined || current.status === 'removing'
      ? {
          documentId,
          name,
          title: name,
          status: 'queued',
          active: null,
          pendingVersion: versionOf(blob.contentHash),
          failure: null,
          uploadedBy,
          uploadedAt: 0,
          // Later than one that is being removed, so that the two are told apart.
          createdAt: Math.max(now, (current?.createdAt ?? 0) + 1),
          updatedAt: now,
        }
      : { ...current, status: 'queued', pendingVersion: versionOf(blob.contentHash), failure: null, updatedAt: now },
  );
}

/** Takes an announcement back whose job could not be kept. */
async function withdraw(registry: IngestEngines['registry'], creatorId: CreatorId, name: string): Promise<void> {
  const documentId = documentIdOf(creatorId, name);
  const record = await registry.update(creatorId, documentId, (current) =>
    current?.active && current.status === 'queued'
      ? { ...current, status: statusOf(current.active), pendingVersion: null }
      : undefined,
  );
  if (record?.status === 'queued' && record.active === null) await registry.remove(creatorId, documentId);
}

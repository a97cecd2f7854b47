import { createReadStream } from 'node:fs';
import type { ChatEvent } from '../chat/chat-event.js';
import { DocentError } from '../errors.js';
import { type CreatorId, eventIdSchema, memberKeySchema } from '../ids.js';
import type { DocumentRegistry } from '../ingest/document-registry.js';
import type { Ingestion, SubmittedFile } from '../ingest/ingestion.js';
import type { OpenReply } from '../ingest/ingest-job.js';
import type { BlobStore } from '../ports/blob-store.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import { untilAborted } from '../deadline.js';
import type { EvaluationDocument } from './dataset.js';
import { bytesOfText } from './dataset-reader.js';

/** A document that could not be read, and why. */
export interface UnreadDocument {
  readonly name: string;
  readonly reason: string;
}

/** What documents are added with. */
export interface AddDocumentsOptions {
  readonly creatorId: CreatorId;
  readonly ingestion: Ingestion;
  readonly registry: DocumentRegistry;
  readonly blobStore: BlobStore;
  readonly jobs: IngestJobs;
  readonly clock: Clock;
  readonly onStatus: (status: ReplyStatus) => void;
  readonly signal: AbortSignal;
}

/** Files of one job; ingestion takes no more. */
const FILES_A_JOB = 25;
const UPLOADED_BY = memberKeySchema.parse('evaluation');

/** Hears when a job has ended. */
export interface IngestJobs {
  readonly openReply: OpenReply;
  /** Resolves when the job of the event has ended. */
  ended(event: ChatEvent): Promise<void>;
}

/** Jobs without a platform: nobody is told but who waits here. */
export function createIngestJobs(): IngestJobs {
  const waiting = new Map<string, () => void>();
  return {
    openReply: async (event) => ({
      async status() {},
      async append() {},
      async finish() {
        waiting.get(event.id)?.();
        waiting.delete(event.id);
        return { messageIds: [] };
      },
    }),
    ended: ({ id }) =>
      new Promise((resolve) => {
        waiting.set(id, resolve);
      }),
  };
}

/**
 * Gives documents to ingestion as uploads, those that are there already left out, and waits until each can be searched by words.
 * @returns those that could not be read
 * @throws DocentError `ENGINE_UNAVAILABLE` and the like when a store fails; the signal's reason when aborted.
 */
export async function addDocuments(
  options: AddDocumentsOptions,
  documents: readonly EvaluationDocument[],
): Promise<UnreadDocument[]> {
  const { creatorId, registry, onStatus } = options;
  const known = new Set([...(await registry.active(creatorId)).values()].map(({ name }) => name));
  const missing = documents.filter(({ name }) => !known.has(name));
  const unread: UnreadDocument[] = [];
  for (let from = 0; from < missing.length; from += FILES_A_JOB) {
    const done = known.size + from;
    onStatus({
      text: `Reading documents: ${done} of ${documents.length}`,
      progress: { done, total: documents.length },
    });
    unread.push(...(await addTogether(options, missing.slice(from, from + FILES_A_JOB))));
  }
  return unread;
}

async function addTogether(
  { creatorId, ingestion, registry, blobStore, jobs, clock, signal }: AddDocumentsOptions,
  documents: readonly EvaluationDocument[],
): Promise<UnreadDocument[]> {
  const files: SubmittedFile[] = [];
  for (const { name, content } of documents)
    files.push({
      name,
      blob: await blobStore.put(creatorId, bytesOf(content), { maxBytes: ingestion.maxBytes, signal }),
    });
  const event = eventAt(clock.now(), creatorId, documents[0]?.name ?? '');
  const ended = jobs.ended(event);
  await ingestion.submit({ creatorId, uploadedBy: UPLOADED_BY, event, files, replace: true });
  await untilAborted(ended, signal);
  const unread: UnreadDocument[] = [];
  for (const { name } of documents) {
    const record = await registry.findByName(creatorId, name);
    if (record?.active !== null && record !== undefined) continue;
    unread.push({ name, reason: record?.failure?.userMessage ?? 'It was not taken in.' });
  }
  return unread;
}

async function* bytesOf(content: EvaluationDocument['content']): AsyncGenerator<Uint8Array> {
  if (content.kind === 'text') yield bytesOfText(content);
  else yield* createReadStream(content.path) as AsyncIterable<Uint8Array>;
}

function eventAt(now: number, creatorId: CreatorId, firstName: string): ChatEvent {
  return {
    id: eventIdSchema.parse(`evaluation:${creatorId}:${now}:${firstName}`.slice(0, 400)),
    address: {
      platform: 'evaluation',
      workspaceId: 'evaluation',
      channelId: creatorId,
      threadId: null,
      isDirect: false,
    },
    author: { memberId: 'evaluation', displayName: 'Evaluation', isBot: false, role: 'operator' },
    receivedAt: now,
    attachments: [],
    body: { kind: 'message', text: '', mentionsDocent: true, mentionsOthers: false },
    creatorId,
    replyContext: null,
  };
}

/** @throws DocentError `DOCUMENT_EMPTY` when none of the documents could be read. */
export function checkSomeRead(documents: readonly EvaluationDocument[], unread: readonly UnreadDocument[]): void {
  const [first] = unread;
  if (first === undefined || unread.length < documents.length) return;
  throw new DocentError('DOCUMENT_EMPTY', {
    userMessage: `None of the ${documents.length} documents could be read. The first, "${first.name}": ${first.reason}`,
  });
}

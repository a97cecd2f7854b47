import { onTestFinished } from 'vitest';
import sqlite from '../../src/adapters/sqlite/plugin.js';
import type { ChatEvent } from '../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import { createCreators } from '../../src/core/creators.js';
import { creatorIdSchema, eventIdSchema } from '../../src/core/ids.js';
import type { DocumentReader } from '../../src/core/ingest/document-reader.js';
import { createDocumentRegistry } from '../../src/core/ingest/document-registry.js';
import { type RunningIngestion, createIngestion } from '../../src/core/ingest/ingestion.js';
import { EMBED_QUEUE, INGEST_QUEUE } from '../../src/core/ingest/ingest-payload.js';
import type { Coordinator } from '../../src/core/ports/coordinator.js';
import type { Engines } from '../../src/core/plugin.js';
import type { Reply, ReplyStatus } from '../../src/core/ports/chat-adapter.js';
import { type FakeClock, createFakeClock, settle } from './fake-clock.js';
import { type FakeEmbedder, createFakeEmbedder } from './fake-embedder.js';
import { silentLogger } from './silent-logger.js';

/** What a reply was told, by event id. */
export interface RecordedReply {
  readonly statuses: ReplyStatus[];
  streamed: string;
  readonly finished: OutgoingMessage[];
}

/** Keeps what every reply was told, as a platform would show it. */
export function createRecordedReplies(): {
  readonly replies: Map<string, RecordedReply>;
  open(event: ChatEvent): Promise<Reply>;
} {
  const replies = new Map<string, RecordedReply>();
  return {
    replies,
    async open(event) {
      const recorded = replies.get(event.id) ?? { statuses: [], streamed: '', finished: [] };
      replies.set(event.id, recorded);
      return {
        async status(status) {
          recorded.statuses.push(status);
        },
        async append(text) {
          recorded.streamed += text;
        },
        async finish(message) {
          recorded.finished.push(message);
          return { messageIds: [event.id] };
        },
      };
    },
  };
}

/** A text reader in this process: a paragraph a line; lines that start with `#` are headings. */
export const lineReader: DocumentReader = {
  async parse(bytes, { signal, onProgress }) {
    signal.throwIfAborted();
    let headingPath: string[] = [];
    const lines = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line.trim() !== '');
    const sections = lines.flatMap((line, index) => {
      onProgress({ done: index + 1, total: lines.length, unit: 'rows' });
      if (!line.startsWith('#'))
        return [{ headingPath, page: null, blocks: [{ kind: 'paragraph' as const, text: line }] }];
      headingPath = [line.replace(/^#+\s*/, '')];
      return [];
    });
    return { title: null, sections, pageCount: null, skipped: [], format: 'Text' };
  },
};

/** The embedded stores in a folder, with ingestion over them. */
export interface EmbeddedCore {
  readonly clock: FakeClock;
  readonly engines: Engines;
  readonly embedder: FakeEmbedder;
  readonly registry: ReturnType<typeof createDocumentRegistry>;
  readonly ingestion: RunningIngestion;
  readonly replies: Map<string, RecordedReply>;
  /** Submits a text file under a new event and returns the event. */
  post(
    name: string,
    text: string,
    options?: { creator?: string; replace?: boolean; eventId?: string },
  ): Promise<ChatEvent>;
  /** Lets work run and the clock go on until the condition holds; by default until no work is left. */
  settleWork(until?: () => Promise<boolean>): Promise<void>;
  stop(): Promise<void>;
}

export const coach = creatorIdSchema.parse('coach');

/** A message event of a member in a thread. */
export function makeEvent(
  options: { id?: string; creator?: string; text?: string; threadId?: string; receivedAt?: number } = {},
): ChatEvent {
  return {
    id: eventIdSchema.parse(options.id ?? 'event-1'),
    address: { platform: 'test', workspaceId: 'w', channelId: 'c', threadId: options.threadId ?? 't', isDirect: false },
    author: { memberId: 'member', displayName: 'Member', isBot: false, role: 'manager' },
    receivedAt: options.receivedAt ?? 0,
    attachments: [],
    body: { kind: 'message', text: options.text ?? '', mentionsDocent: true, mentionsOthers: false },
    creatorId: options.creator ?? 'coach',
    replyContext: null,
  };
}

/** Opens (or, after `stop`, opens again) the embedded stores of a folder. */
export async function openEmbeddedCore(
  folder: string,
  options: { embedder?: FakeEmbedder; reader?: DocumentReader; clock?: FakeClock; start?: boolean } = {},
): Promise<EmbeddedCore> {
  const clock = options.clock ?? createFakeClock();
  const embedder = options.embedder ?? createFakeEmbedder();
  const created = await sqlite.create?.({
    settings: { uploadSpaceMegabytes: 100 },
    chosenFor: sqlite.provides ?? [],
    engines: {} as Engines,
    clock,
    logger: silentLogger,
    dataFolder: folder,
  });
  const engines = { ...created?.engines, embedder } as Engines;
  const creators = createCreators({ recordStore: engines.recordStore, now: () => clock.now() });
  const registry = createDocumentRegistry({
    recordStore: engines.recordStore,
    coordinator: engines.coordinator,
    creators,
    clock,
    logger: silentLogger,
  });
  const { replies, open } = createRecordedReplies();
  const ingestion = createIngestion({
    ...engines,
    clock,
    creators,
    registry,
    reader: options.reader ?? lineReader,
    logger: silentLogger,
    openReply: open,
    maxBytes: 1_000_000,
    onFile: async () => undefined,
  });
  if (options.start !== false) await ingestion.start();
  let isOpen = true;
  const stop = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await Promise.all([ingestion.stop(0), settle()]);
    await created?.stop?.();
  };
  onTestFinished(stop);
  let events = 0;
  return {
    clock,
    engines,
    embedder,
    registry,
    ingestion,
    replies,
    stop,
    async post(name, text, { creator = 'coach', replace = true, eventId } = {}) {
      const creatorId = creatorIdSchema.parse(creator);
      const event = makeEvent({ id: eventId ?? `post-${events++}-${clock.now()}`, creator, receivedAt: clock.now() });
      const signal = new AbortController().signal;
      const blob = await engines.blobStore.put(creatorId, toBytes(text), { maxBytes: 1_000_000, signal });
      await ingestion.submit({ creatorId, uploadedBy: 'member' as never, event, files: [{ name, blob }], replace });
      return event;
    },
    async settleWork(until = async () => (await unfinished(engines.coordinator)) === 0) {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        if (await until()) return;
        await clock.advance(ROUND_MS);
      }
      throw new Error('the work did not come to rest');
    },
  };
}

/** Small steps, so that the clock does not run ahead of the files that are really read and written. */
const MAX_ROUNDS = 20_000;
const ROUND_MS = 5;

async function unfinished(coordinator: Coordinator): Promise<number> {
  const queues = await Promise.all([INGEST_QUEUE, EMBED_QUEUE].map((queue) => coordinator.list({ queue, limit: 10 })));
  return queues.flat().filter(({ state }) => state === 'waiting' || state === 'active').length;
}

async function* toBytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

import type { AnswerRecords } from './answer/answer-records.js';
import { EVENT_QUEUE, acceptedEventSchema } from './chat/accepted-event.js';
import { type ChatEvent, memberKeyOf } from './chat/chat-event.js';
import type { CreatorLinks } from './chat/creator-links.js';
import type { DirectRooms } from './chat/direct-rooms.js';
import { notice } from './chat/outgoing-message.js';
import type { Eraser } from './erasure.js';
import { type CreatorId, type DocumentId, type MemberKey, memberKeySchema } from './ids.js';
import type { WritableDocumentRegistry } from './ingest/document-registry.js';
import type { OpenReply } from './ingest/ingest-job.js';
import { INGEST_QUEUE, ingestPayloadSchema } from './ingest/ingest-payload.js';
import type { Engines } from './plugin.js';
import type { WorkStatus } from './ports/coordinator.js';
import type { Logger } from './ports/logger.js';

/** The command by which people ask to be forgotten: the only work of theirs that goes on meanwhile. */
export const FORGET_ME = 'forget-me';

/** Who uploaded a document, once that person asked to be forgotten. The document stays: it is the creator's. */
const FORGOTTEN = memberKeySchema.parse('forgotten');

/** What the erasers reach. */
export interface ErasersOptions {
  readonly engines: Pick<
    Engines,
    | 'recordStore'
    | 'conversationStore'
    | 'metricStore'
    | 'blobStore'
    | 'chunkStore'
    | 'keywordIndex'
    | 'vectorIndex'
    | 'coordinator'
  >;
  readonly links: CreatorLinks;
  readonly directRooms: Pick<DirectRooms, 'eraseMember'>;
  readonly registry: WritableDocumentRegistry;
  readonly answers: AnswerRecords;
  readonly openReply: OpenReply;
  /** What plugins keep. */
  readonly pluginErasers: readonly Eraser[];
  readonly logger: Logger;
}

const PAGE_SIZE = 500;
const LIST_LIMIT = 1_000;
const REPLY_TIMEOUT_MS = 10_000;
const nothing = async (): Promise<never[]> => [];

/**
 * What the core and the plugins keep, in the order in which it goes: first what could write anew (whoever waits for an
 * answer is told of its end, which a plugin may keep), then the plugins' part, records last.
 */
export function orderedErasers(options: ErasersOptions): Eraser[] {
  const { engines, links, directRooms, registry, answers, pluginErasers } = options;
  return [
    {
      name: 'channel links',
      eraseMember: nothing,
      eraseCreator: async (creatorId) => [{ what: 'channel links', count: await links.eraseCreator(creatorId) }],
    },
    workEraser(options),
    {
      name: 'direct talks',
      eraseMember: async (_creatorId, memberKey) => [
        { what: 'choices for direct messages', count: (await directRooms.eraseMember(memberKey)) ? 1 : 0 },
      ],
      eraseCreator: nothing,
    },
    ...pluginErasers,
    documentEraser(options),
    {
      name: 'conversations',
      eraseMember: async (creatorId, memberKey) => [
        { what: 'conversation messages', count: await engines.conversationStore.eraseMember(creatorId, memberKey) },
      ],
      eraseCreator: async (creatorId) => [
        { what: 'conversation messages', count: await engines.conversationStore.eraseCreator(creatorId) },
      ],
    },
    {
      name: 'metrics',
      // Figures are sums: they name nobody.
      eraseMember: nothing,
      async eraseCreator(creatorId) {
        await engines.metricStore.eraseCreator(creatorId);
        return [];
      },
    },
    {
      name: 'records',
      eraseMember: async (creatorId, memberKey) => [
        { what: 'answers and votes', count: await answers.eraseMember(creatorId, memberKey) },
      ],
      async eraseCreator(creatorId) {
        const count = await engines.recordStore.eraseCreator(creatorId);
        await registry.drop(creatorId);
        return [{ what: 'records', count }];
      },
    },
  ];
}

/** Knowledge: chunks, both indexes, uploads that wait, and who uploaded a document. */
function documentEraser({ engines, registry }: ErasersOptions): Eraser {
  const { chunkStore, keywordIndex, vectorIndex, blobStore } = engines;
  return {
    name: 'documents',
    async eraseMember(creatorId, memberKey) {
      let count = 0;
      for await (const { documentId, uploadedBy } of documentsOf(registry, creatorId)) {
        if (uploadedBy !== memberKey) continue;
        await registry.update(creatorId, documentId, (current) => current && { ...current, uploadedBy: FORGOTTEN });
        count++;
      }
      return [{ what: 'names beside uploads', count }];
    },
    async eraseCreator(creatorId) {
      await takeOutOfSight(registry, creatorId);
      const vectors = (await vectorIndex.stats(creatorId))?.vectors ?? 0;
      // First the chunks: an index that follows them finds their erasure in their log.
      const chunks = await chunkStore.eraseCreator(creatorId);
      await keywordIndex.eraseCreator(creatorId);
      await vectorIndex.eraseCreator(creatorId);
      return [
        { what: 'passages', count: chunks },
        { what: 'vectors', count: vectors },
        { what: 'waiting uploads', count: await blobStore.eraseCreator(creatorId) },
      ];
    },
  };
}

/** What is cut off in the middle answers nothing and is not listed as if it did; the next start removes the rest of it. */
async function takeOutOfSight(registry: WritableDocumentRegistry, creatorId: CreatorId): Promise<void> {
  for await (const { documentId } of documentsOf(registry, creatorId))
    await registry.update(
      creatorId,
      documentId,
      (current) => current && { ...current, status: 'removing', active: null, pendingVersion: null },
    );
}

async function* documentsOf(registry: WritableDocumentRegistry, creatorId: CreatorId) {
  let after: DocumentId | undefined;
  for (;;) {
    const page = await registry.list(creatorId, { ...(after === undefined ? {} : { after }), limit: PAGE_SIZE });
    yield* page;
    if (page.length < PAGE_SIZE) return;
    after = page.at(-1)?.documentId;
  }
}

/** Questions and uploads that wait or run. Whoever waits for one is told that it was stopped. */
function workEraser({ engines: { coordinator }, openReply, logger }: ErasersOptions): Eraser {
  async function tellStopped(event: ChatEvent | undefined): Promise<void> {
    if (event === undefined) return;
    try {
      const reply = await openReply(event, AbortSignal.timeout(REPLY_TIMEOUT_MS));
      await reply.finish(notice('Stopped, because what it was about has been erased.'));
    } catch (error) {
      logger.warn('erasure.reply-failed', { eventId: event.id }, error);
    }
  }

  async function stop(work: WorkStatus, event: ChatEvent | undefined): Promise<number> {
    if (!(await coordinator.cancel(work.queue, work.id))) return 0;
    // A running question is ended by its own worker, which tells the person.
    if (work.queue !== EVENT_QUEUE || work.state === 'waiting') await tellStopped(event);
    return 1;
  }

  return {
    name: 'work',
    async eraseMember(creatorId, memberKey) {
      let count = 0;
      for (const work of await coordinator.list({ queue: EVENT_QUEUE, group: creatorId, limit: LIST_LIMIT }))
        if (isQuestionOf(work, memberKey)) count += await stop(work, eventOf(work));
      return [{ what: 'waiting questions', count }];
    },
    async eraseCreator(creatorId) {
      let count = 0;
      for (const queue of [EVENT_QUEUE, INGEST_QUEUE])
        for (const work of await coordinator.list({ queue, group: creatorId, limit: LIST_LIMIT }))
          count += await stop(work, eventOf(work));
      await coordinator.eraseGroup(creatorId);
      return [{ what: 'waiting questions and uploads', count }];
    },
  };
}

function eventOf({ queue, payload }: WorkStatus): ChatEvent | undefined {
  return (queue === EVENT_QUEUE ? acceptedEventSchema : ingestPayloadSchema).safeParse(payload).data?.event;
}

function isQuestionOf({ payload }: WorkStatus, memberKey: MemberKey): boolean {
  const accepted = acceptedEventSchema.safeParse(payload).data;
  if (accepted === undefined || memberKeyOf(accepted.event) !== memberKey) return false;
  return accepted.task.kind !== 'command' || accepted.task.name !== FORGET_ME;
}

import { createAnswering } from '../../src/core/answer/answering.js';
import type { AnswerRecord } from '../../src/core/answer/answer-records.js';
import { type ChatEvent, conversationIdOf, memberKeyOf } from '../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import type { ChatModel } from '../../src/core/ports/chat-model.js';
import type { Logger } from '../../src/core/ports/logger.js';
import type { AnswerMetric } from '../../src/core/metrics/answer-metrics.js';
import { type EmbeddedCore, coach, createRecordedReplies, makeEvent, openEmbeddedCore } from './embedded-core.js';
import { createScriptedChatModel } from './scripted-chat-model.js';
import { silentLogger } from './silent-logger.js';
import { temporaryFolder } from './temporary-folder.js';

/** A document with three headings and a statement under each. */
export const handbook = [
  '# Money',
  'Refunds for cancelled sessions are paid within ten days.',
  '# Food',
  'Drink half a litre of water before every long run.',
  '# Sleep',
  'Eight hours of sleep restore tired muscles.',
].join('\n');

/** A creator's room with the embedded stores, a scripted model, and everything that was kept. */
export interface Room {
  readonly core: EmbeddedCore;
  readonly model: ReturnType<typeof createScriptedChatModel>;
  readonly answers: Map<string, AnswerRecord>;
  readonly metrics: AnswerMetric[];
  readonly replies: ReturnType<typeof createRecordedReplies>['replies'];
  ask(text: string, options?: { id?: string; creator?: string; signal?: AbortSignal }): Promise<OutgoingMessage>;
}

/**
 * Opens a room with the handbook in it, or another document; an empty text adds none. Another chat model takes the place
 * of the scripted one.
 */
export async function openRoom(
  options: Parameters<typeof openEmbeddedCore>[1] & { document?: string; chatModel?: ChatModel; logger?: Logger } = {},
): Promise<Room> {
  const core = await openEmbeddedCore(await temporaryFolder(), options);
  const model = createScriptedChatModel();
  const answers = new Map<string, AnswerRecord>();
  const metrics: AnswerMetric[] = [];
  const { replies, open } = createRecordedReplies();
  const answering = createAnswering({
    ...core.engines,
    embedder: core.embedder,
    chatModel: options.chatModel ?? model,
    registry: core.registry,
    prepare: async () => {},
    answers: {
      add: async (_creatorId: unknown, record: AnswerRecord) => void answers.set(record.answerId, record),
      get: async (_creatorId: unknown, answerId: string) => answers.get(answerId),
      vote: async () => undefined,
    } as unknown as Parameters<typeof createAnswering>[0]['answers'],
    metrics: {
      recordAnswer: async (_creatorId: unknown, metric: AnswerMetric) => void metrics.push(metric),
    } as unknown as Parameters<typeof createAnswering>[0]['metrics'],
    clock: core.clock,
    logger: options.logger ?? silentLogger,
    limits: {
      maxQuestionCharacters: 200,
      maxPassages: 5,
      maxOutputTokens: 200,
      firstTextTimeoutMs: 5_000,
      answerTimeoutMs: 100_000,
      minCoverage: 0.6,
    },
  });
  const document = options.document ?? handbook;
  if (document !== '') {
    await core.post('handbook.md', document);
    await core.settleWork(
      async () =>
        (await core.registry.active(coach)).size === 1 &&
        (core.embedder.failure !== undefined || (await core.engines.vectorIndex.stats(coach)) !== undefined),
    );
  }
  let questions = 0;
  return {
    core,
    model,
    answers,
    metrics,
    replies,
    async ask(text, { id = `question-${questions++}`, creator = 'coach', signal = new AbortController().signal } = {}) {
      const event: ChatEvent = makeEvent({ id, creator, text, receivedAt: core.clock.now() });
      const creatorId = creatorIdSchema.parse(creator);
      return answering.answer({
        creatorId,
        event,
        text,
        signal,
        conversationId: conversationIdOf(creatorId, event.address),
        memberKey: memberKeyOf(event),
        reply: await open(event),
        receivedAt: event.receivedAt,
      });
    },
  };
}

import { describe, expect, it } from 'vitest';
import { createAnswering } from '../../../src/core/answer/answering.js';
import type { AnswerRecord } from '../../../src/core/answer/answer-records.js';
import { type ChatEvent, conversationIdOf, memberKeyOf } from '../../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { AnswerMetric } from '../../../src/core/metrics/answer-metrics.js';
import {
  type EmbeddedCore,
  coach,
  createRecordedReplies,
  makeEvent,
  openEmbeddedCore,
} from '../../support/embedded-core.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { createScriptedChatModel, say } from '../../support/scripted-chat-model.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const handbook = [
  '# Money',
  'Refunds for cancelled sessions are paid within ten days.',
  '# Food',
  'Drink half a litre of water before every long run.',
  '# Sleep',
  'Eight hours of sleep restore tired muscles.',
].join('\n');

interface Room {
  readonly core: EmbeddedCore;
  readonly model: ReturnType<typeof createScriptedChatModel>;
  readonly answers: Map<string, AnswerRecord>;
  readonly metrics: AnswerMetric[];
  readonly replies: ReturnType<typeof createRecordedReplies>['replies'];
  ask(text: string, options?: { id?: string; creator?: string; signal?: AbortSignal }): Promise<OutgoingMessage>;
}

async function openRoom(options: Parameters<typeof openEmbeddedCore>[1] & { document?: string } = {}): Promise<Room> {
  const core = await openEmbeddedCore(await temporaryFolder(), options);
  const model = createScriptedChatModel();
  const answers = new Map<string, AnswerRecord>();
  const metrics: AnswerMetric[] = [];
  const { replies, open } = createRecordedReplies();
  const answering = createAnswering({
    ...core.engines,
    embedder: core.embedder,
    chatModel: model,
    registry: core.registry,
    answers: {
      add: async (_creatorId: unknown, record: AnswerRecord) => void answers.set(record.answerId, record),
      get: async (_creatorId: unknown, answerId: string) => answers.get(answerId),
      vote: async () => undefined,
    } as unknown as Parameters<typeof createAnswering>[0]['answers'],
    metrics: {
      recordAnswer: async (_creatorId: unknown, metric: AnswerMetric) => void metrics.push(metric),
    } as unknown as Parameters<typeof createAnswering>[0]['metrics'],
    clock: core.clock,
    logger: silentLogger,
    limits: {
      maxQuestionCharacters: 200,
      maxPassages: 5,
      maxOutputTokens: 200,
      firstTextTimeoutMs: 5_000,
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

const answerRequests = (room: Room) => room.model.requests.filter(({ purpose }) => purpose === 'answer');

describe('answering', () => {
  it('answers from the passage that fits, with its source', async () => {
    const room = await openRoom();
    const message = await room.ask('When are refunds for cancelled sessions paid?');
    expect(message).toMatchObject({
      kind: 'answer',
      text: 'Yes [1].',
      sources: [{ number: 1, documentName: 'handbook.md', headingPath: ['Money'], page: null }],
    });
    expect(answerRequests(room)[0]?.passages[0]?.text).toBe('Refunds for cancelled sessions are paid within ten days.');
    expect(room.replies.get('question-0')?.streamed).toBe('Yes [1].');
  });

  it('gives the model the sources between random markers, as data', async () => {
    const room = await openRoom();
    await room.ask('When are refunds for cancelled sessions paid?');
    await room.ask('When are refunds for cancelled sessions paid?');
    const prompts = answerRequests(room).map(({ messages }) => messages.at(-1)?.content ?? '');
    const [marker, other] = prompts.map((prompt) => /--- sources (\w{16}) ---/.exec(prompt)?.[1]);
    expect(prompts[0]).toContain(`--- end of sources ${marker} ---`);
    expect(marker).not.toBe(other);
  });

  it('refuses before the model is asked when nothing fits', async () => {
    const room = await openRoom();
    const message = await room.ask('What is the capital of Mongolia?');
    expect(message).toMatchObject({
      kind: 'refusal',
      text: expect.stringContaining('do not cover this') as string,
      sources: [],
    });
    expect(message.text).toContain('handbook.md');
    expect(room.model.requests).toEqual([]);
    expect(room.metrics.map(({ outcome }) => outcome)).toEqual(['refused']);
  });

  it("says so when there are no documents, and in another creator's room there are none", async () => {
    const room = await openRoom();
    expect((await room.ask('When are refunds paid?', { creator: 'other' })).text).toContain('no documents here yet');
  });

  it('waits for the first document when it is asked while that is being read', async () => {
    const room = await openRoom({ document: '' });
    await room.core.post('handbook.md', handbook);
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork();
    await room.core.clock.advance(1_000);
    expect(await asking).toMatchObject({ kind: 'answer' });
    expect(room.replies.get('question-0')?.statuses[0]?.text).toContain('Waiting for the first document');
  });

  it('says that the first document is still being read when that takes long', async () => {
    const room = await openRoom({ document: '', start: false });
    await room.core.post('handbook.md', handbook);
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork(async () => room.replies.get('question-0')?.statuses.length === 1);
    await room.core.clock.advance(30_000);
    expect(await asking).toMatchObject({
      kind: 'refusal',
      text: expect.stringContaining('still being read') as string,
    });
  });

  it('says "still being indexed" rather than "not covered" while vectors are to come', async () => {
    const embedder = createFakeEmbedder();
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    const room = await openRoom({ embedder });
    expect((await room.ask('How do I get my cash back?')).text).toContain('still being indexed');
    expect(await room.ask('When are refunds for cancelled sessions paid?')).toMatchObject({ kind: 'answer' });
  });

  it('says that search by meaning is away rather than "not covered"', async () => {
    const embedder = createFakeEmbedder();
    const room = await openRoom({ embedder });
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    expect((await room.ask('How do I get my cash back?')).text).toContain('search by meaning is not available');
  });

  it('lets a failing store be an error, never "no knowledge"', async () => {
    const room = await openRoom();
    room.core.engines.keywordIndex.candidates = async () => {
      throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The index is away.', retryable: true });
    };
    await expect(room.ask('When are refunds paid?')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(room.metrics).toEqual([]);
  });

  it('removes numbers that do not exist and lists only what was cited', async () => {
    const room = await openRoom();
    room.model.script = () => say('Within ten days [1', ', 7] and water [9].');
    const message = await room.ask('When are refunds for cancelled sessions paid?');
    expect(message.text).toBe('Within ten days [1] and water .');
    expect(message.sources.map(({ number }) => number)).toEqual([1]);
  });

  it('finds the source of an answer that forgot to cite', async () => {
    const room = await openRoom();
    room.model.script = () => say('Refunds for cancelled sessions are paid within ten days.');
    expect(await room.ask('When are refunds for cancelled sessions paid?')).toMatchObject({
      kind: 'answer',
      sources: [{ headingPath: ['Money'] }],
    });
  });

  it.each([
    { why: 'says that the sources do not hold it', text: 'NOT_COVERED.' },
    { why: 'answers from nowhere', text: 'Ulaanbaatar has many beautiful museums.' },
  ])('refuses when the model $why', async ({ text }) => {
    const room = await openRoom();
    room.model.script = () => say(text.slice(0, 4), text.slice(4));
    const message = await room.ask('When are refunds for cancelled sessions paid?');
    expect(message).toMatchObject({ kind: 'refusal', text: expect.stringContaining('do not cover this') as string });
  });

  it("never streams the model's own refusal", async () => {
    const room = await openRoom();
    room.model.script = () => say('NOT_', 'COVERED');
    await room.ask('When are refunds for cancelled sessions paid?');
    expect(room.replies.get('question-0')?.streamed).toBe('');
  });

  it('quotes the best passages when the model is down, and does not remember that as an answer', async () => {
    const room = await openRoom();
    room.model.script = () => {
      throw new DocentError('MODEL_UNAVAILABLE', { userMessage: 'down', retryable: true });
    };
    const message = await room.ask('When are refunds for cancelled sessions paid?');
    expect(message).toMatchObject({
      kind: 'fallback',
      text: expect.stringContaining('> Refunds for cancelled sessions are paid') as string,
    });
    expect(message.sources[0]?.number).toBe(1);
    const event = makeEvent();
    expect(await room.core.engines.conversationStore.recent(coach, conversationIdOf(coach, event.address), 20)).toEqual(
      [],
    );
  });

  it('falls back when the model does not begin in time, though it says that it is loading', async () => {
    const room = await openRoom();
    room.model.script = async function* (request) {
      yield { type: 'status', text: 'Loading the model' };
      await new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => {
          reject(request.signal.reason as Error);
        });
      });
    };
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork(async () => room.model.requests.length > 0);
    await room.core.clock.advance(5_000);
    expect(await asking).toMatchObject({ kind: 'fallback' });
    expect(room.replies.get('question-0')?.statuses.map(({ text }) => text)).toContain('Loading the model');
  });

  it('ends at once when it is cancelled, without keeping anything', async () => {
    const room = await openRoom();
    const stop = new AbortController();
    room.model.script = async function* () {
      yield { type: 'text', text: 'Within ' };
      stop.abort(new DOMException('stopped', 'AbortError'));
      stop.signal.throwIfAborted();
    };
    await expect(
      room.ask('When are refunds for cancelled sessions paid?', { signal: stop.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(room.answers.size).toBe(0);
  });

  it('searches a follow-up as a question that stands alone, and keeps the original as a second query', async () => {
    const room = await openRoom();
    await room.ask('When are refunds for cancelled sessions paid?');
    room.model.script = ({ purpose }) =>
      purpose === 'answer' ? say('Half a litre [1].') : say('How much water before a long run?');
    const message = await room.ask('And how much before a run?');
    expect(message).toMatchObject({ kind: 'answer', sources: [{ headingPath: ['Food'] }] });
    const rewrite = room.model.requests.find(({ purpose }) => purpose === 'standalone-question');
    expect(rewrite?.earlierQuestions).toEqual(['When are refunds for cancelled sessions paid?']);
    expect([...room.answers.values()].at(-1)).toMatchObject({
      question: 'And how much before a run?',
      standaloneQuestion: 'How much water before a long run?',
    });
  });

  it('searches the question as it is when the rewriting fails', async () => {
    const room = await openRoom();
    await room.ask('When are refunds for cancelled sessions paid?');
    room.model.script = ({ purpose }) => {
      if (purpose === 'answer') return say('Eight [1].');
      throw new DocentError('MODEL_UNAVAILABLE', { userMessage: 'busy', retryable: true });
    };
    expect(await room.ask('How many hours of sleep restore muscles?')).toMatchObject({
      kind: 'answer',
      sources: [{ headingPath: ['Sleep'] }],
    });
  });

  it('answers an event that comes again as it did before, without asking the model twice', async () => {
    const room = await openRoom();
    const first = await room.ask('When are refunds for cancelled sessions paid?', { id: 'same' });
    const requests = room.model.requests.length;
    expect(await room.ask('When are refunds for cancelled sessions paid?', { id: 'same' })).toEqual(first);
    expect(room.model.requests).toHaveLength(requests);
    expect(room.metrics).toHaveLength(1);
  });

  it('keeps the answer with response, sources, confidence, conversation, model and time', async () => {
    const room = await openRoom();
    room.model.script = async function* () {
      await room.core.clock.advance(250);
      yield* say('Yes [1].');
    };
    const message = await room.ask('When are refunds for cancelled sessions paid?');
    expect(message.data).toMatchObject({
      response: 'Yes [1].',
      model: 'scripted',
      processingTimeMs: 250,
      conversationId: 'coach/test/w/c/t',
    });
    expect(message.confidence).toBeGreaterThan(0.1);
    expect(room.metrics).toMatchObject([
      {
        outcome: 'answered',
        responseTimeMs: 250,
        inputTokens: 100,
        outputTokens: 10,
        chunksCited: 1,
        citedDocuments: ['handbook.md'],
      },
    ]);
  });

  it('tells when the model had to stop for length', async () => {
    const room = await openRoom();
    room.model.script = () => [
      { type: 'text', text: 'Within ten [1]' },
      { type: 'finish', reason: 'length', inputTokens: 1, outputTokens: 200 },
    ];
    expect((await room.ask('When are refunds for cancelled sessions paid?')).text).toContain(
      'longer than the model may write',
    );
  });

  it.each([
    { text: '   ', code: 'QUESTION_EMPTY' },
    { text: '🎉🎉🎉', code: 'QUESTION_EMPTY' },
    { text: 'why '.repeat(60), code: 'QUESTION_TOO_LONG' },
  ])('refuses "$text" as $code', async ({ text, code }) => {
    const room = await openRoom({ document: '' });
    await expect(room.ask(text)).rejects.toMatchObject({ code });
  });
});

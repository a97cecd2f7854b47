import { describe, expect, it } from 'vitest';
import { conversationIdOf } from '../../../src/core/chat/chat-event.js';
import { DocentError } from '../../../src/core/errors.js';
import { openRoom } from '../../support/answering-room.js';
import { coach, makeEvent } from '../../support/embedded-core.js';
import { say } from '../../support/scripted-chat-model.js';

describe('an answer of the model', () => {
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
    // The figures say that the model was waited for, and give it no part in what was quoted.
    expect(room.metrics).toMatchObject([
      { outcome: 'fallback', model: '', citedDocuments: [], stages: { 'first-token': { durationMs: 5_000 } } },
    ]);
  });

  it('falls back when the model writes too slowly to be done in time, and does not remember that as an answer', async () => {
    const room = await openRoom();
    const stopped: unknown[] = [];
    room.model.script = async function* ({ signal }) {
      signal.addEventListener('abort', () => stopped.push(signal.reason));
      for (;;) {
        yield { type: 'text', text: 'Refunds [1] ' };
        await new Promise((resolve) => {
          room.core.clock.after(1_000, () => resolve(undefined));
        });
      }
    };
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork(async () => room.replies.get('question-0')?.streamed !== '');
    await room.core.clock.advance(89_000);
    expect(stopped).toEqual([]);
    await room.core.clock.advance(1_000);
    expect(await asking).toMatchObject({
      kind: 'fallback',
      text: expect.stringContaining('> Refunds for cancelled sessions are paid') as string,
    });
    expect(stopped).toMatchObject([{ name: 'TimeoutError' }]);
    const event = makeEvent();
    expect(await room.core.engines.conversationStore.recent(coach, conversationIdOf(coach, event.address), 20)).toEqual(
      [],
    );
  });

  it("does not count the time in the model's queue as the model's own", async () => {
    const room = await openRoom();
    const gates: (() => void)[] = [];
    const wait = () =>
      new Promise<void>((resolve) => {
        gates.push(resolve);
      });
    room.model.script = async function* () {
      yield { type: 'status', text: 'Waiting: 1 question before yours', isQueued: true };
      await wait();
      yield { type: 'status', text: 'Writing the answer' };
      await wait();
      yield* say('Within ten days [1].');
    };
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork(async () => gates.length === 1);
    await room.core.clock.advance(30_000);
    gates[0]?.();
    await room.core.settleWork(async () => gates.length === 2);
    await room.core.clock.advance(4_000);
    gates[1]?.();
    expect(await asking).toMatchObject({ kind: 'answer' });
  });

  it('falls back when the model does not begin in time after its turn has come', async () => {
    const room = await openRoom();
    room.model.script = async function* (request) {
      yield { type: 'status', text: 'Waiting: 1 question before yours', isQueued: true };
      yield { type: 'status', text: 'Writing the answer' };
      await new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => {
          reject(request.signal.reason as Error);
        });
      });
    };
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork(
      async () => room.replies.get('question-0')?.statuses.at(-1)?.text === 'Writing the answer',
    );
    await room.core.clock.advance(5_000);
    expect(await asking).toMatchObject({ kind: 'fallback' });
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

  it('closes the code that the model had to stop in, so that what follows is no code', async () => {
    const room = await openRoom();
    room.model.script = () => [
      { type: 'text', text: 'Within ten days [1]:\n```ts\nconst days = 10;\n' },
      { type: 'finish', reason: 'length', inputTokens: 1, outputTokens: 200 },
    ];
    expect((await room.ask('When are refunds for cancelled sessions paid?')).text).toMatch(
      /^const days = 10;\n```\n\n\*The answer was longer/m,
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

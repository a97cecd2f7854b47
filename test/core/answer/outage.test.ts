import { describe, expect, it, vi } from 'vitest';
import { conversationIdOf } from '../../../src/core/chat/chat-event.js';
import type { OutgoingMessage } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { wait } from '../../../src/core/exclusive.js';
import { handbook, openRoom } from '../../support/answering-room.js';
import { coach, makeEvent, openEmbeddedCore } from '../../support/embedded-core.js';
import { eventually } from '../../support/eventually.js';
import { type Fault, engineAway } from '../../support/failing-engine.js';
import { openOutageRoom } from '../../support/outage-room.js';
import { say } from '../../support/scripted-chat-model.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const QUESTION = 'When are refunds for cancelled sessions paid?';
const NOT_READ = 'this question was taken by itself';
const NOT_KEPT = 'this answer will not be remembered';
const note = (...lacks: string[]): string =>
  `The memory of this conversation is away for the moment: ${lacks.join(' and ')}.`;

/** A Docent that has answered one question already, so that it knows the documents. */
async function openRunning() {
  const core = await openEmbeddedCore(await temporaryFolder());
  await core.post('handbook.md', handbook);
  await core.settleWork();
  const room = openOutageRoom(core);
  const { host, adapter, failing } = room;

  /** The outcome of a question in the thread, while calls go wrong as told, within ten seconds. */
  async function ask(id: string, fault: (call: string) => Fault | undefined = () => undefined, text = QUESTION) {
    failing.fault = fault;
    void host.accept(makeEvent({ id, text, receivedAt: core.clock.now() }));
    await core.clock.advance(10_000);
    failing.fault = () => undefined;
    return adapter.replies.get(id)?.finished;
  }

  /** What is kept of the thread, once what is under way has ended. */
  async function kept() {
    await core.clock.advance(60_000);
    const { conversationStore } = core.engines;
    const messages = await conversationStore.recent(coach, conversationIdOf(coach, makeEvent().address), 20);
    const { questions } = await room.services.metrics.summary(coach, { days: 1 });
    return { messages: messages.length, questions };
  }

  expect(await ask('first')).toMatchObject([{ kind: 'answer' }]);
  expect(await kept()).toEqual({ messages: 2, questions: 1 });
  return { ...room, core, ask, kept };
}

const answered = { kind: 'answer', text: 'Yes [1].', sources: [{ documentName: 'handbook.md' }] };

describe('an answer while the stores are away', () => {
  it.each(['away', 'silent'] as const)('comes without memory and says so, by stores that are %s', async (fault) => {
    const { ask, kept } = await openRunning();
    const finished = await ask('second', () => fault);
    expect(finished).toMatchObject([{ ...answered, footnote: note(NOT_READ, NOT_KEPT), actions: [] }]);
    expect(finished?.[0]?.answerId).toBeUndefined();
    expect(await kept()).toEqual({ messages: 2, questions: 1 });
  });

  it('has its memory again once they are back', async () => {
    const { ask, kept, model } = await openRunning();
    await ask('second', () => 'away');
    const [third] = (await ask('third')) ?? [];
    expect(third).toMatchObject(answered);
    expect(third?.footnote).toBeUndefined();
    expect(model.requests.at(-2)).toMatchObject({ purpose: 'standalone-question', earlierQuestions: [QUESTION] });
    expect(await kept()).toEqual({ messages: 4, questions: 2 });
  });

  it.each<{ what: string; call: string; footnote: string | undefined; actions: number }>([
    { what: 'the thread was not read', call: 'conversationStore.recent', footnote: note(NOT_READ), actions: 2 },
    { what: 'the exchange was not kept', call: 'conversationStore.append', footnote: note(NOT_KEPT), actions: 2 },
    {
      what: 'its record was not kept: no vote would find it',
      call: 'recordStore.put',
      footnote: undefined,
      actions: 0,
    },
    {
      what: 'nothing that a member misses: figures are silent',
      call: 'metricStore.add',
      footnote: undefined,
      actions: 2,
    },
  ])('says what it lacks: $what', async ({ call, footnote, actions }) => {
    const { ask } = await openRunning();
    const [message] = (await ask('second', (made) => (made === call ? 'away' : undefined))) ?? [];
    expect(message).toMatchObject(answered);
    expect({ footnote: message?.footnote, actions: message?.actions.length }).toEqual({ footnote, actions });
  });

  it('waits three seconds for all the stores that keep it together, and two for the queue', async () => {
    const { ask, adapter, core, failing } = await openRunning();
    const made = failing.calls.length;
    const askedAt = core.clock.now();
    let finishedAt = Number.POSITIVE_INFINITY;
    adapter.onFinish = () => {
      finishedAt = core.clock.now();
    };
    const isLate = (): boolean => failing.calls.slice(made).includes('conversationStore.append');
    expect(await ask('second', () => (isLate() ? 'silent' : undefined))).toMatchObject([answered]);
    expect(finishedAt - askedAt).toBeLessThanOrEqual(5_000);
    expect(failing.calls.slice(made)).toEqual(
      expect.arrayContaining(['conversationStore.append', 'recordStore.put', 'metricStore.add']),
    );
  });

  it('is not lost to a store that fails in a way nobody foresaw', async () => {
    const room = await openRoom();
    room.core.engines.conversationStore.append = async () => {
      throw new TypeError('of undefined');
    };
    expect(await room.ask(QUESTION)).toMatchObject({ ...answered, footnote: note(NOT_KEPT) });
  });

  it('says of a refusal too that the thread was not read', async () => {
    const { ask } = await openRunning();
    const [message] = (await ask('second', () => 'away', 'What is the capital of Mongolia?')) ?? [];
    expect(message).toMatchObject({ kind: 'refusal', footnote: note(NOT_READ) });
  });

  it('stands without a vote, which is refused in so many words until they are back', async () => {
    const { host, adapter, failing, services } = await openRunning();
    const answer = adapter.replies.get('first')?.finished[0]?.answerId ?? '';
    const vote = async (id: string): Promise<OutgoingMessage | undefined> => {
      const body = { kind: 'command', name: 'feedback', input: { answer, vote: 'up' } } as const;
      await host.accept({ ...makeEvent({ id }), body });
      await eventually(`an outcome of ${id}`, () => adapter.replies.get(id)?.finished.length === 1);
      return adapter.replies.get(id)?.finished[0];
    };
    failing.fault = () => 'away';
    expect(await vote('v1')).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('temporarily unavailable') as string,
    });
    failing.fault = () => undefined;
    expect(await vote('v2')).toMatchObject({ kind: 'notice', text: 'Thank you, good to know.' });
    expect((await services.metrics.summary(coach, { days: 1 })).feedback).toEqual({ up: 1, down: 0 });
  });
});

/** A model that says nothing until it is stopped. */
async function* silence({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<never> {
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  yield* [];
}

describe('an answer while the model is slow', () => {
  it('costs a follow-up six seconds at the most before it is searched as it is', async () => {
    const { ask, model, adapter } = await openRunning();
    model.script = (request) => (request.purpose === 'answer' ? say('Yes ', '[1].') : silence(request));
    expect(await ask('second')).toMatchObject([answered]);
    expect(model.requests.at(-2)?.signal.aborted).toBe(true);
    expect(adapter.replies.get('second')?.finished).toHaveLength(1);
  });

  it('does not wait for a model that is known to be away', async () => {
    const { host, model, core, adapter } = await openRunning();
    model.script = () => {
      throw new DocentError('MODEL_UNAVAILABLE', { userMessage: 'The circuit is open.', retryable: true });
    };
    const before = core.clock.now();
    await host.accept(makeEvent({ id: 'second', text: QUESTION, receivedAt: before }));
    await eventually('the outcome', () => adapter.replies.get('second')?.finished.length === 1);
    expect(core.clock.now()).toBe(before);
    expect(adapter.replies.get('second')?.finished).toMatchObject([{ kind: 'fallback' }]);
  });

  it('passes on what the model says while the question is rewritten', async () => {
    const { ask, model, adapter } = await openRunning();
    model.script = async function* (request) {
      if (request.purpose !== 'answer') yield { type: 'status', text: 'Waiting: 2 before yours' };
      yield* say(request.purpose === 'answer' ? 'Yes [1].' : request.question);
    };
    expect(await ask('second')).toMatchObject([answered]);
    expect(adapter.replies.get('second')?.statuses.map(({ text }) => text)).toEqual([
      'Searching the documents',
      'Waiting: 2 before yours',
      'Writing the answer',
    ]);
  });

  it('says after eight seconds that it still waits for a model that says nothing', async () => {
    const { host, core, model, adapter } = await openRunning();
    model.script = silence;
    await host.accept(makeEvent({ id: 'second', threadId: 'new', text: QUESTION }));
    await eventually('the model being asked', () => model.requests.length === 2);
    await core.clock.advance(7_999);
    const texts = (): string | undefined => adapter.replies.get('second')?.statuses.at(-1)?.text;
    expect(texts()).toBe('Writing the answer');
    await core.clock.advance(1);
    expect(texts()).toBe('Still waiting for the language model to begin');
  });

  it('does not say so over what the model says itself', async () => {
    const { ask, model, adapter } = await openRunning();
    model.script = async function* (request) {
      yield { type: 'status', text: 'Loading the model' };
      yield* silence(request);
    };
    await ask('second');
    expect(adapter.replies.get('second')?.statuses.at(-1)?.text).toBe('Loading the model');
  });
});

describe('a refusal while search by meaning is away', () => {
  it('does not say that the documents do not cover it, though the model finds nothing in the passages', async () => {
    const room = await openRoom();
    room.core.embedder.failure = engineAway();
    room.model.script = () => say('NOT_COVERED');
    expect((await room.ask(QUESTION)).text).toContain('search by meaning is not available');
  });
});

describe('a question that ends in an error', () => {
  it('is counted with the time of each stage that it went through', async () => {
    const { core, services, adapter, host } = await openRunning();
    const { clock, engines } = core;
    const counted = vi.spyOn(services.metrics, 'recordAnswer');
    engines.chunkStore.get = async () => {
      await wait(clock, 700, new AbortController().signal);
      throw new DocentError('INTERNAL', { userMessage: 'The passages cannot be read.' });
    };
    await host.accept(makeEvent({ id: 'failing', text: QUESTION, receivedAt: clock.now() - 200 }));
    await clock.advance(1_000);
    expect(adapter.replies.get('failing')?.finished).toMatchObject([{ kind: 'error' }]);
    expect(counted.mock.calls.map(([, { outcome, stages }]) => ({ outcome, stages }))).toMatchObject([
      { outcome: 'error', stages: { queue: { durationMs: 200 }, retrieve: { durationMs: 700 } } },
    ]);
  });
});

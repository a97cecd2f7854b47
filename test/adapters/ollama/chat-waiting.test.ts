import { describe, expect, it } from 'vitest';
import type { ModelPart, ModelRequest } from '../../../src/core/ports/chat-model.js';
import { createGate, never, type OpenedOllama, openOllama, question, soon, textOf } from './open-ollama.js';

/** A stream that is read in the background. */
function follow({ chatModel }: OpenedOllama, overrides: Partial<ModelRequest> = {}) {
  const parts: ModelPart[] = [];
  const followed = { parts, outcome: 'running' as unknown };
  void (async () => {
    for await (const part of chatModel.stream(question(overrides))) parts.push(part);
  })().then(
    () => (followed.outcome = 'done'),
    (error: unknown) => (followed.outcome = error),
  );
  return followed;
}

const statuses = (parts: readonly ModelPart[]): string[] =>
  parts.flatMap((part) => (part.type === 'status' ? [part.text] : []));
const waitingFor = (before: number): string =>
  `Waiting for the language model: at least ${before} question${before === 1 ? '' : 's'} before yours`;

/** A server that answers one question for each time it is let. */
async function openHeld(options: Parameters<typeof openOllama>[0] = {}) {
  const opened = await openOllama({ ...options, chosenFor: ['chatModel'] });
  const gates: ReturnType<typeof createGate>[] = [];
  opened.server.behaviour.intercept = async ({ path }) => {
    if (path !== '/api/chat') return;
    const gate = createGate();
    gates.push(gate);
    await gate.opened;
  };
  const atServer = (count: number) => soon(() => gates.length).toBe(count);
  return { ...opened, gates, atServer };
}

describe('questions that are more than the server takes at once', () => {
  it('are told how many are before them, each time that changes, and are answered in order', async () => {
    const held = await openHeld();
    const streams = [follow(held), follow(held), follow(held)];
    await held.atServer(1);
    expect(streams.map(({ parts }) => statuses(parts))).toEqual([[], [waitingFor(1)], [waitingFor(2)]]);
    held.gates[0]?.open();
    await held.atServer(2);
    expect(statuses(streams[1]?.parts ?? [])).toEqual([waitingFor(1), 'Writing the answer']);
    expect(statuses(streams[2]?.parts ?? [])).toEqual([waitingFor(2), waitingFor(1)]);
    held.gates[1]?.open();
    await held.atServer(3);
    held.gates[2]?.open();
    await soon(() => streams.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
    for (const { parts } of streams) expect(textOf(parts)).toContain('30 days');
  });

  it('say that their time has not begun', async () => {
    const held = await openHeld();
    follow(held);
    const second = follow(held);
    await held.atServer(1);
    expect(second.parts).toEqual([{ type: 'status', text: waitingFor(1), isQueued: true }]);
    held.gates[0]?.open();
    await held.atServer(2);
    expect(second.parts[1]).toEqual({ type: 'status', text: 'Writing the answer' });
    held.gates[1]?.open();
  });

  it('are as many at the server as the operator lets, but one for a model that takes no more', async () => {
    const two = await openHeld({ environment: { OLLAMA_NUM_PARALLEL: '2' } });
    const streams = [follow(two), follow(two), follow(two)];
    await two.atServer(2);
    expect(statuses(streams[2]?.parts ?? [])).toEqual([waitingFor(2)]);
    const one = await openHeld({
      installed: ['qwen3.5'],
      environment: { OLLAMA_NUM_PARALLEL: '2', OLLAMA_CHAT_MODEL: 'qwen3.5' },
    });
    follow(one);
    const waiting = follow(one);
    await one.atServer(1);
    expect(statuses(waiting.parts)).toEqual([waitingFor(1)]);
    for (const gate of [...two.gates, ...one.gates]) gate.open();
  });

  it('let a rewritten question go first, because an answer waits for it', async () => {
    const held = await openHeld();
    follow(held);
    await held.atServer(1);
    const answer = follow(held);
    const rewriting = follow(held, { purpose: 'standalone-question' });
    await soon(() => statuses(answer.parts)).toEqual([waitingFor(1), waitingFor(2)]);
    held.gates[0]?.open();
    await held.atServer(2);
    expect(statuses(rewriting.parts)).toContain('Writing the answer');
    held.gates[1]?.open();
    await held.atServer(3);
    held.gates[2]?.open();
    await soon(() => answer.outcome).toBe('done');
  });

  it('leave their place when they are stopped', async () => {
    const held = await openHeld();
    follow(held);
    const controller = new AbortController();
    const reason = new Error('deleted');
    const stopped = follow(held, { signal: controller.signal });
    const last = follow(held);
    await held.atServer(1);
    controller.abort(reason);
    await soon(() => stopped.outcome).toBe(reason);
    expect(statuses(last.parts)).toEqual([waitingFor(2), waitingFor(1)]);
    held.gates[0]?.open();
    await held.atServer(2);
    held.gates[1]?.open();
    await soon(() => last.outcome).toBe('done');
  });

  it('are refused beyond sixteen, and after a minute, as something that may be tried again', async () => {
    const held = await openHeld();
    const streams = Array.from({ length: 18 }, () => follow(held));
    await held.atServer(1);
    const busy = expect.objectContaining({
      code: 'MODEL_UNAVAILABLE',
      retryable: true,
      userMessage: expect.stringContaining('Too many questions wait'),
    });
    await soon(() => streams[17]?.outcome).toEqual(busy);
    expect(streams.slice(1, 17).every(({ outcome }) => outcome === 'running')).toBe(true);
    await held.clock.advance(60_000);
    await soon(() => streams.slice(1).every(({ outcome }) => outcome !== 'running')).toBe(true);
    expect(streams[16]?.outcome).toEqual(busy);
    held.gates[0]?.open();
    await soon(() => streams[0]?.outcome).toBe('done');
  });
});

describe('a model that takes its time to begin', () => {
  it('is told of before a person wonders, with the reason and the time, until the first word', async () => {
    const opened = await openOllama({ chosenFor: ['chatModel'] });
    const load = createGate();
    opened.server.behaviour.load = () => load.opened;
    const stream = follow(opened);
    await soon(() => opened.requestsTo('/api/chat').length).toBe(1);
    await opened.clock.advance(3_999);
    expect(stream.parts).toEqual([]);
    await opened.clock.advance(1);
    const loading = (seconds: number) => `Loading the language model mistral (${seconds} s)`;
    await soon(() => statuses(stream.parts)).toEqual([loading(4)]);
    await opened.clock.advance(10_000);
    await soon(() => statuses(stream.parts)).toEqual([loading(4), loading(14)]);
    load.open();
    await soon(() => stream.outcome).toBe('done');
    expect(textOf(stream.parts)).toContain('30 days');
    expect(statuses(stream.parts)).toHaveLength(2);
  });

  it('is said to read when it is loaded already, and to be waited for when that cannot be seen', async () => {
    const opened = await openOllama({ chosenFor: ['chatModel'] });
    const first = follow(opened);
    await soon(() => first.outcome).toBe('done');
    const words = createGate();
    opened.server.behaviour.pace = () => words.opened;
    const second = follow(opened);
    await soon(() => opened.requestsTo('/api/chat').length).toBe(2);
    await opened.clock.advance(4_000);
    await soon(() => statuses(second.parts)).toEqual(['The language model is reading the passages (4 s)']);
    opened.server.behaviour.intercept = ({ path }) =>
      path === '/api/ps' ? Promise.reject(new Error('broken')) : Promise.resolve();
    await opened.clock.advance(10_000);
    await soon(() => statuses(second.parts)[1]).toBe('Waiting for the language model (14 s)');
    words.open();
    await soon(() => second.outcome).toBe('done');
  });

  it('is waited for as long as the asker waits, and its loading stops with the asker', async () => {
    const opened = await openOllama({ chosenFor: ['chatModel'] });
    opened.server.behaviour.load = () => never();
    const controller = new AbortController();
    const stream = follow(opened, { signal: controller.signal });
    await soon(() => opened.requestsTo('/api/chat').length).toBe(1);
    await opened.clock.advance(200_000);
    expect(stream.outcome).toBe('running');
    const reason = new Error('too slow');
    controller.abort(reason);
    await soon(() => stream.outcome).toBe(reason);
    await soon(() => opened.requestsTo('/api/chat')[0]?.state).toBe('closed');
  });
});

describe('a model that takes longer to load than people wait', () => {
  async function giveUp(opened: OpenedOllama, reason: unknown, overrides: Partial<ModelRequest> = {}) {
    const controller = new AbortController();
    const stream = follow(opened, { ...overrides, signal: controller.signal });
    await soon(() => opened.requestsTo('/api/chat').length).toBe(1);
    controller.abort(reason);
    await soon(() => stream.outcome).toBe(reason);
  }
  const late = () => new DOMException('too slow', 'TimeoutError');

  it('goes on loading in the background, with the same context, and is there for the next question', async () => {
    const opened = await openOllama({ chosenFor: ['chatModel'] });
    const load = createGate();
    opened.server.behaviour.load = () => load.opened;
    await giveUp(opened, late());
    load.open();
    await soon(() => opened.server.scheduler.loads.length).toBe(1);
    const next = follow(opened);
    await soon(() => next.outcome).toBe('done');
    expect(opened.server.scheduler.loads).toHaveLength(1);
  });

  it.each([
    ['somebody stopped', new Error('deleted'), {}],
    ['is followed by its answer', late(), { purpose: 'standalone-question' }],
  ] as const)('is left alone after a question that %s', async (_why, reason, overrides) => {
    const opened = await openOllama({ chosenFor: ['chatModel'] });
    opened.server.behaviour.load = never;
    await giveUp(opened, reason, overrides);
    opened.server.behaviour.load = async () => undefined;
    const next = follow(opened);
    await soon(() => next.outcome).toBe('done');
    expect(opened.requestsTo('/api/chat')).toHaveLength(2);
  });

  it('ends loading when Docent stops', async () => {
    const opened = await openOllama({ chosenFor: ['chatModel'] });
    const ended = createGate();
    opened.server.behaviour.load = async (_model, signal) => {
      signal.addEventListener('abort', ended.open, { once: true });
      await never();
    };
    await giveUp(opened, late());
    await soon(() => opened.requestsTo('/api/chat').length).toBe(2);
    await opened.contributions.stop?.();
    await ended.opened;
    expect(opened.server.scheduler.loads).toEqual([]);
  });
});

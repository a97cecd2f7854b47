import { describe, expect, it } from 'vitest';
import { createMiniLmEmbedder } from '../../../src/adapters/minilm/embedder.js';
import { DIMENSIONS, type ModelThread } from '../../../src/adapters/minilm/model-thread.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

/** A thread whose every step the test decides. */
function createFakeThread() {
  const gates: { resolve(): void; reject(error: Error): void }[] = [];
  const texts: string[] = [];
  let stopped = false;
  const nextStep = () =>
    new Promise<void>((resolve, reject) => {
      gates.push({ resolve, reject });
    });
  const thread: ModelThread = {
    loaded: nextStep(),
    async embed(text) {
      texts.push(text);
      await nextStep();
      return new Float32Array(DIMENSIONS);
    },
    async stop() {
      stopped = true;
      for (const gate of gates.splice(0)) gate.reject(new Error('stopped'));
    },
  };
  return {
    thread,
    texts,
    isStopped: () => stopped,
    /** Lets the thread finish what it is doing: loading, or one text. */
    async step() {
      await settle();
      gates.shift()?.resolve();
      await settle();
    },
    async die() {
      await settle();
      gates.shift()?.reject(new Error('out of memory'));
      await settle();
    },
  };
}

function createSubject({ maxThreads = 1 } = {}) {
  const clock = createFakeClock();
  const threads: ReturnType<typeof createFakeThread>[] = [];
  const startThread = () => {
    const fake = createFakeThread();
    threads.push(fake);
    return fake.thread;
  };
  const { embedder, stop } = createMiniLmEmbedder({ maxThreads, startThread, clock, logger: silentLogger });
  const { signal } = new AbortController();
  /** Begins a call and notes how it ends. */
  const embed = (kind: 'query' | 'document', texts: readonly string[], callSignal = signal) => {
    const call = { outcome: 'waiting' as unknown };
    embedder.embed(texts, { kind, signal: callSignal }).then(
      () => (call.outcome = 'done'),
      (error: unknown) => (call.outcome = error),
    );
    return call;
  };
  return { clock, threads, embedder, stop, embed };
}

const unavailable = expect.objectContaining({ code: 'EMBEDDER_UNAVAILABLE', retryable: true });

describe('the threads of MiniLM', () => {
  it('are started with the first text, not before', async () => {
    const { threads, embed, embedder, clock } = createSubject({ maxThreads: 2 });
    await clock.advance(60_000);
    expect(threads).toHaveLength(0);
    expect(await embedder.health(new AbortController().signal)).toMatchObject({ state: 'healthy' });
    embed('query', ['a']);
    expect(threads).toHaveLength(1);
  });

  it('take queries before documents, each in order', async () => {
    const { threads, embed } = createSubject();
    embed('document', ['d1', 'd2', 'd3']);
    await threads[0]!.step();
    embed('query', ['q1', 'q2']);
    for (let text = 0; text < 5; text += 1) await threads[0]!.step();
    expect(threads[0]!.texts).toEqual(['d1', 'q1', 'q2', 'd2', 'd3']);
  });

  it('are as many as there is work for, started one after another, up to the limit', async () => {
    const { threads, embed } = createSubject({ maxThreads: 2 });
    embed('document', ['a', 'b', 'c', 'd']);
    expect(threads).toHaveLength(1);
    await threads[0]!.step();
    expect(threads).toHaveLength(2);
    await threads[1]!.step();
    expect(threads).toHaveLength(2);
    expect([threads[0]!.texts, threads[1]!.texts]).toEqual([['a'], ['b']]);
  });

  it('stay one while one keeps up', async () => {
    const { threads, embed } = createSubject({ maxThreads: 2 });
    for (const question of ['a', 'b', 'c']) {
      const call = embed('query', [question]);
      await threads[0]!.step();
      await threads[0]!.step();
      expect(call.outcome).toBe('done');
    }
    expect(threads).toHaveLength(1);
  });

  it('are ended when they idle, all but one', async () => {
    const { threads, embed, clock } = createSubject({ maxThreads: 2 });
    embed('document', ['a', 'b', 'c']);
    for (const index of [0, 1, 0, 1, 0, 1]) await threads[index]!.step();
    await clock.advance(600_000);
    expect(threads.filter((thread) => thread.isStopped())).toHaveLength(1);
    const rest = threads.find((thread) => !thread.isStopped())!;
    const call = embed('query', ['again']);
    await rest.step();
    expect(call.outcome).toBe('done');
  });

  it('forget waiting texts whose signal aborts', async () => {
    const { threads, embed } = createSubject();
    const controller = new AbortController();
    const reason = new Error('the question was deleted');
    embed('document', ['first']);
    const aborted = embed('document', ['second', 'third'], controller.signal);
    const last = embed('document', ['fourth']);
    controller.abort(reason);
    await settle();
    expect(aborted.outcome).toBe(reason);
    for (let step = 0; step < 3; step += 1) await threads[0]!.step();
    expect(threads[0]!.texts).toEqual(['first', 'fourth']);
    expect(last.outcome).toBe('done');
  });

  it('fail the text they die of, and are replaced after a pause', async () => {
    const { threads, embed, embedder, clock } = createSubject();
    const call = embed('query', ['a']);
    await threads[0]!.step();
    await threads[0]!.die();
    expect(call.outcome).toEqual(unavailable);
    expect(threads[0]!.isStopped()).toBe(true);

    const tooEarly = embed('query', ['b']);
    await settle();
    expect(tooEarly.outcome).toEqual(unavailable);
    expect(threads).toHaveLength(1);
    const { signal } = new AbortController();
    expect(await embedder.health(signal)).toMatchObject({ state: 'unhealthy', fix: expect.any(String) });

    await clock.advance(1_000);
    const later = embed('query', ['c']);
    expect(threads).toHaveLength(2);
    await threads[1]!.step();
    await threads[1]!.step();
    expect(later.outcome).toBe('done');
    expect(await embedder.health(signal)).toMatchObject({ state: 'healthy' });
  });

  it('fail all that waits when the model cannot be loaded, and try again at growing intervals', async () => {
    const { threads, embed, clock } = createSubject({ maxThreads: 2 });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const calls = [embed('document', ['a', 'b']), embed('query', ['c'])];
      await threads.at(-1)!.die();
      expect(calls.map(({ outcome }) => outcome)).toEqual([unavailable, unavailable]);
      const before = clock.now();
      const started = threads.length;
      while (threads.length === started) {
        await clock.advance(1_000);
        if (embed('query', ['probe']) && threads.length > started) pauses.push(clock.now() - before);
      }
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('leave the texts of the others alone when one dies', async () => {
    const { threads, embed } = createSubject({ maxThreads: 2 });
    const calls = ['a', 'b', 'c'].map((text) => embed('document', [text]));
    await threads[0]!.step();
    await threads[1]!.step();
    await threads[1]!.die();
    await threads[0]!.step();
    await threads[0]!.step();
    expect(calls.map(({ outcome }) => outcome)).toEqual(['done', unavailable, 'done']);
  });

  it('are ended when they hang', async () => {
    const { threads, embed, clock } = createSubject();
    const call = embed('query', ['a']);
    await threads[0]!.step();
    await clock.advance(30_000);
    expect(call.outcome).toEqual(unavailable);
    expect(threads[0]!.isStopped()).toBe(true);
  });

  it('let no more than 256 texts of a kind wait', async () => {
    const { embed } = createSubject();
    const batches = Array.from({ length: 17 }, (_value, batch) =>
      embed(
        'document',
        Array.from({ length: 16 }, (_text, index) => `${batch}-${index}`),
      ),
    );
    const question = embed('query', ['q']);
    await settle();
    expect(batches.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 16 }, () => 'waiting'),
      unavailable,
    ]);
    expect(question.outcome).toBe('waiting');
  });

  it('end, and all that waits fails, when Docent stops', async () => {
    const { threads, embed, stop } = createSubject({ maxThreads: 2 });
    const calls = [embed('document', ['a', 'b', 'c', 'd']), embed('query', ['e'])];
    await threads[0]!.step();
    await stop();
    expect(threads.every((thread) => thread.isStopped())).toBe(true);
    expect(calls.map(({ outcome }) => outcome)).toEqual([unavailable, unavailable]);
    const late = embed('query', ['late']);
    await settle();
    expect(late.outcome).toEqual(unavailable);
  });
});

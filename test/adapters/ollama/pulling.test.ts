import { describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../src/core/ports/model-library.js';
import { Refusal } from '../../support/ollama/requests.js';
import { createGate, never, openOllama, soon } from './open-ollama.js';

const { signal } = new AbortController();
const GIGABYTE = 1_000_000_000;

/** A pull that is read in the background. */
function follow(pull: AsyncIterable<PullProgress>) {
  const followed = { told: [] as PullProgress[], outcome: 'running' as unknown };
  void (async () => {
    for await (const progress of pull) followed.told.push(progress);
  })().then(
    () => (followed.outcome = 'done'),
    (error: unknown) => (followed.outcome = error),
  );
  return followed;
}

describe('a download', () => {
  it('is told in bytes over all its files, and is followed by what Ollama does with them', async () => {
    const { library, server } = await openOllama({ installed: [] });
    server.behaviour.pullSteps = 4;
    const { told, outcome } = follow(library.pull('mistral', signal));
    await soon(() => told.at(-1)?.text).toBe('success');
    expect(outcome).not.toBeInstanceOf(Error);
    const total = 4_100_001_481;
    expect(told[0]).toEqual({ text: 'pulling manifest' });
    expect(told.map(({ bytes }) => bytes?.done)).toContain(3.075 * GIGABYTE);
    expect(told.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['downloading', 'verifying sha256 digest', 'writing manifest']),
    );
    expect(told.at(-1)?.bytes).toEqual({ done: total, total });
  });

  it('is told at each hundredth, however often Ollama tells', async () => {
    const { library, server } = await openOllama({ installed: [] });
    server.behaviour.pullSteps = 1_000;
    const followed = follow(library.pull('mistral', signal));
    await soon(() => followed.outcome).toBe('done');
    expect(followed.told.length).toBeGreaterThan(90);
    expect(followed.told.length).toBeLessThan(120);
  });

  it('that is cut goes on where it was, by itself', async () => {
    const { library, server, clock, requestsTo } = await openOllama({ installed: [] });
    server.behaviour.faults.push({ afterLines: 6, fault: 'reset' }, { afterLines: 3, fault: 'half-line' });
    const followed = follow(library.pull('mistral', signal));
    for (let cuts = 1; cuts <= 2; cuts += 1) {
      await soon(() => followed.told.filter(({ text }) => text.includes('going on')).length).toBe(cuts);
      await clock.advance(1_000);
    }
    await soon(() => followed.outcome).toBe('done');
    expect(requestsTo('/api/pull')).toHaveLength(3);
    expect(await library.required(signal)).toContainEqual(
      expect.objectContaining({ name: 'mistral', isInstalled: true }),
    );
  });

  it('that gets nowhere five times is given up, with the reason and what to type', async () => {
    const { library, server, clock, requestsTo } = await openOllama({ installed: [] });
    server.behaviour.faults.push(
      ...Array.from({ length: 9 }, () => ({ afterLines: 1, fault: { error: 'no space left on device' } })),
    );
    const followed = follow(library.pull('mistral', signal));
    for (let tries = 1; tries < 5; tries += 1) {
      await soon(() => requestsTo('/api/pull').length).toBe(tries);
      await soon(() => followed.told.filter(({ text }) => text.includes('going on')).length).toBe(tries);
      await clock.advance(1_000 * 2 ** (tries - 1));
    }
    await soon(() => followed.outcome).toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      userMessage: expect.stringMatching(/no space left on device.*`docent models --pull`/),
    });
    expect(requestsTo('/api/pull')).toHaveLength(5);
  });

  it('ends at the server when it is stopped, and keeps what is there for the next time', async () => {
    const { library, server, requestsTo } = await openOllama({ installed: [] });
    const gate = createGate();
    let lines = 0;
    server.behaviour.pace = async () => (++lines > 4 ? gate.opened : undefined);
    const controller = new AbortController();
    const reason = new Error('stopped');
    const followed = follow(library.pull('mistral', controller.signal));
    await soon(() => lines).toBe(5);
    controller.abort(reason);
    await soon(() => followed.outcome).toBe(reason);
    await soon(() => requestsTo('/api/pull')[0]?.state).toBe('closed');
    expect([...server.disk.files.values()][0]).toBeGreaterThan(1.6 * GIGABYTE);
    gate.open();
    const again = follow(library.pull('mistral', signal));
    await soon(() => again.outcome).toBe('done');
    expect(again.told[1]?.bytes?.done).toBeGreaterThan(1.6 * GIGABYTE);
  });
});

describe('downloads at the start', () => {
  const environment = { OLLAMA_PULL: 'true' };

  it('get what is missing in the background, with lines in the log and the health', async () => {
    const { contributions, server, logger, chatModel, embedder } = await openOllama({ installed: [], environment });
    const gate = createGate();
    let lines = 0;
    server.behaviour.pace = async () => (++lines > 4 ? gate.opened : undefined);
    await contributions.start?.(signal);
    await soon(() => lines).toBe(5);
    await soon(async () => (await chatModel.health(signal)).detail).toMatch(
      /^Pulling mistral: (?:downloading|\d+ %)\.$/,
    );
    expect(await chatModel.health(signal)).toMatchObject({ state: 'degraded' });
    expect(await embedder.health(signal)).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('does not have the model "nomic-embed-text"'),
    });
    gate.open();
    await soon(() => [...server.disk.installed.keys()]).toEqual(['mistral:latest', 'nomic-embed-text:latest']);
    await soon(() => logger.lines.filter(({ event }) => event === 'ollama.pulled').map(({ fields }) => fields)).toEqual(
      [{ model: 'mistral' }, { model: 'nomic-embed-text' }],
    );
    expect((await chatModel.health(signal)).state).toBe('healthy');
  });

  it('wait for a server that starts later', async () => {
    const { contributions, server, clock, logger } = await openOllama({ installed: [], environment });
    server.behaviour.intercept = async () => new Refusal(503, 'starting');
    await contributions.start?.(signal);
    await soon(() => logger.lines.filter(({ event }) => event === 'ollama.pull-failed').length).toBe(1);
    server.behaviour.intercept = undefined;
    await clock.advance(10_000);
    await soon(() => server.disk.installed.size).toBe(2);
  });

  it('are given up for a model that nobody knows, and stop with Docent', async () => {
    const { contributions, logger, requestsTo } = await openOllama({
      installed: ['nomic-embed-text'],
      environment: { ...environment, OLLAMA_CHAT_MODEL: 'no-such-model' },
    });
    await contributions.start?.(signal);
    await soon(() => logger.lines.some(({ event }) => event === 'ollama.pull-failed')).toBe(true);
    await contributions.stop?.();
    expect(requestsTo('/api/pull')).toHaveLength(1);
  });

  it('get the other models where one is not to be had', async () => {
    const { contributions, server, logger } = await openOllama({
      installed: [],
      environment: { ...environment, OLLAMA_CHAT_MODEL: 'no-such-model' },
    });
    await contributions.start?.(signal);
    await soon(() => logger.lines.some(({ event }) => event === 'ollama.pull-failed')).toBe(true);
    await soon(() => [...server.disk.installed.keys()]).toEqual(['nomic-embed-text:latest']);
  });

  it('stop with Docent in the middle', async () => {
    const { contributions, server, requestsTo } = await openOllama({ installed: [], environment });
    let lines = 0;
    server.behaviour.pace = async () => (++lines > 4 ? never() : undefined);
    await contributions.start?.(signal);
    await soon(() => lines).toBe(5);
    await contributions.stop?.();
    await soon(() => requestsTo('/api/pull')[0]?.state).toBe('closed');
  });

  it('do not happen unless they are asked for, but the log says what is missing', async () => {
    const { contributions, logger, requestsTo } = await openOllama({ installed: [] });
    await contributions.start?.(signal);
    await soon(() =>
      logger.lines.filter(({ event }) => event === 'ollama.model-missing').map(({ fields }) => fields['model']),
    ).toEqual(['mistral', 'nomic-embed-text']);
    expect(requestsTo('/api/pull')).toEqual([]);
  });

  it('and the look around never hold up a start while Ollama is away', async () => {
    const { contributions, server, logger } = await openOllama();
    await server.close();
    await contributions.start?.(signal);
    await soon(() => logger.lines.map(({ event }) => event)).toContain('ollama.unreachable');
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReceivedRequest } from '../../support/ollama/behaviour.js';
import { type EmbedBody, Refusal } from '../../support/ollama/requests.js';
import { createAdapter, createGate, never, openOllama, soon } from './open-ollama.js';

const { signal } = new AbortController();
const query = { kind: 'query', signal } as const;
const document = { kind: 'document', signal } as const;

const open = (model: string, environment: Record<string, string> = {}) =>
  openOllama({
    installed: [model],
    chosenFor: ['embedder'],
    environment: { OLLAMA_EMBED_MODEL: model, ...environment },
  });

const bodiesOf = (requests: readonly ReceivedRequest[]): EmbedBody[] => requests.map(({ body }) => body as EmbedBody);

const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b?.[index] ?? 0), 0);

describe('texts to embed', () => {
  it("carry the model's task words, and are never to be cut", async () => {
    const { embedder, requestsTo } = await open('nomic-embed-text');
    await embedder.embed(['When is lunch?'], query);
    await embedder.embed(['Lunch is at noon.', 'Dinner is at six.'], document);
    expect(requestsTo('/api/embed').map(({ body }) => body)).toEqual([
      { model: 'nomic-embed-text', input: ['search_query: When is lunch?'], truncate: false, keep_alive: '30m' },
      {
        model: 'nomic-embed-text',
        input: ['search_document: Lunch is at noon.', 'search_document: Dinner is at six.'],
        truncate: false,
        keep_alive: '30m',
      },
    ]);
  });

  it.each([
    ['nomic-embed-text', 'ollama/nomic-embed-text+nomic', 768],
    ['nomic-embed-text:v1.5', 'ollama/nomic-embed-text:v1.5+nomic', 768],
    ['all-minilm', 'ollama/all-minilm+plain', 384],
    ['bge-m3', 'ollama/bge-m3+plain', 1_024],
    ['embeddinggemma', 'ollama/embeddinggemma+gemma', 768],
    ['qwen3-embedding', 'ollama/qwen3-embedding+qwen3', 4_096],
    ['qwen3-embedding:0.6b-q8_0', 'ollama/qwen3-embedding:0.6b-q8_0+qwen3', 1_024],
    ['someone/mxbai-embed-large:latest', 'ollama/someone/mxbai-embed-large+mxbai', 1_024],
  ])('of %s make a space that is known while Ollama is away', (model, embedderId, dimensions) => {
    const { embedder } = createAdapter('http://127.0.0.1:1', { environment: { OLLAMA_EMBED_MODEL: model } });
    expect(embedder.space).toEqual({ embedderId, dimensions });
  });

  it('may be asked for in fewer dimensions', async () => {
    const { embedder, requestsTo } = await open('nomic-embed-text', { OLLAMA_EMBED_DIMENSIONS: '256' });
    expect(embedder.space.dimensions).toBe(256);
    const [vector] = await embedder.embed(['Lunch'], query);
    expect(vector).toHaveLength(256);
    expect(bodiesOf(requestsTo('/api/embed'))[0]?.dimensions).toBe(256);
  });

  it('of other dimensions than were said are refused with what to set', async () => {
    const { embedder } = await open('all-minilm', { OLLAMA_EMBED_DIMENSIONS: '768' });
    await expect(embedder.embed(['Lunch'], query)).rejects.toMatchObject({
      code: 'EMBEDDER_UNAVAILABLE',
      retryable: false,
      userMessage: expect.stringContaining('OLLAMA_EMBED_DIMENSIONS=384'),
    });
  });
});

describe('a model that Docent does not know', () => {
  it('gets its texts as they are, and shows its dimensions with the first vector', async () => {
    const { embedder, requestsTo } = await open('home-made');
    expect(() => embedder.space).toThrow(/OLLAMA_EMBED_DIMENSIONS/);
    const [vector] = await embedder.embed(['Lunch'], query);
    expect(vector).toHaveLength(640);
    expect(embedder.space).toEqual({ embedderId: 'ollama/home-made+plain', dimensions: 640 });
    expect(bodiesOf(requestsTo('/api/embed'))[0]?.input).toEqual(['Lunch']);
  });

  it('is told of in the log and in the health', async () => {
    const { embedder, logger } = await open('home-made');
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'ollama.unknown-embedder', fields: { model: 'home-made' } }),
    );
    expect(await embedder.health(signal)).toMatchObject({
      state: 'healthy',
      detail: expect.stringContaining('does not know this model'),
    });
  });

  it('has a space from the start when the operator says its dimensions', () => {
    const { embedder } = createAdapter('http://127.0.0.1:1', {
      environment: { OLLAMA_EMBED_MODEL: 'home-made', OLLAMA_EMBED_DIMENSIONS: '640' },
    });
    expect(embedder.space.dimensions).toBe(640);
  });
});

describe("a text beyond the model's context", () => {
  const half = (word: string) => `${word} `.repeat(200);

  it('gets the mean of its halves, and nothing of it is lost', async () => {
    const { embedder } = await open('all-minilm');
    const [whole, first, second] = await Promise.all(
      [half('apple') + half('guitar'), half('apple'), half('guitar')].map(
        async (text) => (await embedder.embed([text], document))[0],
      ),
    );
    expect(Math.hypot(...(whole ?? []))).toBeCloseTo(1, 5);
    expect(dot(whole, first)).toBeGreaterThan(0.65);
    expect(dot(whole, second)).toBeGreaterThan(0.65);
  });

  it('is halved though it holds what Ollama says of such texts', async () => {
    const { embedder, requestsTo } = await open('all-minilm');
    const text = `the input length exceeds the context length ${half('apple')}${half('guitar')}`;
    const [whole, first] = await Promise.all(
      [text, half('apple')].map(async (each) => (await embedder.embed([each], document))[0]),
    );
    expect(Math.hypot(...(whole ?? []))).toBeCloseTo(1, 5);
    expect(dot(whole, first)).toBeGreaterThan(0.5);
    expect(requestsTo('/api/embed').length).toBeGreaterThan(3);
  });

  it('does not hold up the others of its batch, and every text keeps its place', async () => {
    const { embedder, requestsTo } = await open('all-minilm');
    const texts = ['one', 'two', half('apple') + half('guitar'), 'four', 'five'];
    const vectors = await embedder.embed(texts, document);
    for (const [index, text] of texts.entries()) {
      if (index === 2) continue;
      const [alone] = await embedder.embed([text], document);
      expect(dot(vectors[index], alone)).toBeCloseTo(1, 5);
    }
    for (const { truncate } of bodiesOf(requestsTo('/api/embed'))) expect(truncate).toBe(false);
  });

  it('keeps its task words in each half', async () => {
    const { embedder, requestsTo } = await open('nomic-embed-text');
    await embedder.embed(['word '.repeat(3_000)], document);
    const inputs = bodiesOf(requestsTo('/api/embed')).flatMap(({ input }) => input);
    expect(inputs).toHaveLength(3);
    for (const input of inputs) expect(input).toMatch(/^search_document: /);
  });

  it('is no failure that opens the circuit breaker', async () => {
    const { embedder } = await open('all-minilm');
    await embedder.embed(['!'.repeat(5_000)], document);
    expect(await embedder.health(signal)).toMatchObject({ state: 'healthy' });
  });
});

describe('a call to embed', () => {
  const unavailable = (text: string): unknown =>
    expect.objectContaining({
      code: 'EMBEDDER_UNAVAILABLE',
      retryable: true,
      userMessage: expect.stringContaining(text),
    });

  it('is tried again when the failure may pass, and not when the model is missing', async () => {
    const { embedder, server, requestsTo } = await open('nomic-embed-text');
    let refusals = 0;
    server.behaviour.intercept = async () => (++refusals <= 3 ? new Refusal(503, 'busy') : undefined);
    expect(await embedder.embed(['Lunch'], query)).toHaveLength(1);
    expect(requestsTo('/api/embed')).toHaveLength(4);
    server.disk.installed.clear();
    await expect(embedder.embed(['Lunch'], query)).rejects.toEqual(unavailable('`ollama pull nomic-embed-text`'));
    expect(requestsTo('/api/embed')).toHaveLength(5);
  });

  it.each([
    ['too few vectors', []],
    [
      'too many vectors',
      [
        [0.6, 0.8],
        [0.6, 0.8],
      ],
    ],
    ['an empty vector', [[]]],
    ['a vector without direction', [[0, 0]]],
    ['no numbers', [[null, null]]],
  ])('that comes back with %s has failed, and the next one may be right', async (_what, embeddings) => {
    let answer: unknown = embeddings;
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ embeddings: answer }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { embedder } = createAdapter(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      environment: { OLLAMA_EMBED_MODEL: 'home-made' },
    });
    await expect(embedder.embed(['Lunch'], query)).rejects.toEqual(unavailable('broke off'));
    answer = [[0.6, 0.8]];
    expect(await embedder.embed(['Lunch'], query)).toEqual([Float32Array.of(0.6, 0.8)]);
  });

  it('has a deadline of two minutes, each time it is tried', async () => {
    const { embedder, server, requestsTo, clock } = await open('nomic-embed-text');
    server.behaviour.intercept = () => never();
    const outcome = embedder.embed(['Lunch'], document).catch((error: unknown) => error);
    for (let tried = 1; tried <= 4; tried += 1) {
      await soon(() => requestsTo('/api/embed').length).toBe(tried);
      await clock.advance(120_000);
    }
    expect(await outcome).toEqual(unavailable('did not answer in time'));
    await soon(() => requestsTo('/api/embed').map(({ state }) => state)).toEqual(
      Array.from({ length: 4 }, () => 'closed'),
    );
  });

  it('ends with its signal while the server keeps its headers back', async () => {
    const { embedder, server, requestsTo } = await open('nomic-embed-text');
    server.behaviour.intercept = () => never();
    const controller = new AbortController();
    const reason = new Error('not needed');
    const call = embedder.embed(['Lunch'], { kind: 'document', signal: controller.signal });
    await soon(() => requestsTo('/api/embed').length).toBe(1);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await soon(() => requestsTo('/api/embed')[0]?.state).toBe('closed');
  });

  it('for a question goes before the passages that wait', async () => {
    const { embedder, server, requestsTo } = await open('nomic-embed-text');
    const gate = createGate();
    server.behaviour.intercept = () => gate.opened.then(() => undefined);
    const calls = [
      embedder.embed(['first'], document),
      embedder.embed(['second'], document),
      embedder.embed(['question'], query),
    ];
    await soon(() => requestsTo('/api/embed').length).toBe(1);
    gate.open();
    await Promise.all(calls);
    expect(bodiesOf(requestsTo('/api/embed')).map(({ input }) => input[0])).toEqual([
      'search_document: first',
      'search_query: question',
      'search_document: second',
    ]);
  });

  it('that a question could not wait for goes on loading the model in the background', async () => {
    const { embedder, server, contributions } = await open('nomic-embed-text');
    const load = createGate();
    server.behaviour.load = () => load.opened;
    const call = embedder.embed(['Lunch'], { kind: 'query', signal: AbortSignal.timeout(20) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    load.open();
    await soon(() => server.scheduler.loads.length).toBe(1);
    await contributions.stop?.();
  });

  it('beyond sixty-four that wait is refused, as something that may be tried again', async () => {
    const { embedder, server, requestsTo } = await open('nomic-embed-text');
    const gate = createGate();
    server.behaviour.intercept = () => gate.opened.then(() => undefined);
    const one = () => embedder.embed(['a'], { kind: 'document', signal: new AbortController().signal });
    const calls = Array.from({ length: 65 }, one);
    await soon(() => requestsTo('/api/embed').length).toBe(1);
    await expect(one()).rejects.toEqual(unavailable('Too many texts wait'));
    gate.open();
    await Promise.all(calls);
  });
});

import { text as readText } from 'node:stream/consumers';
import { Ollama } from 'ollama';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type OllamaStandIn, type StandInOptions, startOllamaStandIn } from '../../support/ollama/server.js';
import { createGate } from './open-ollama.js';
import { officialShapes } from './official-shapes.js';

const MESSAGES = [{ role: 'user', content: '[1] Lunch is at noon.\n\nQuestion: When is lunch?' }];

async function openStandIn(options: StandInOptions = {}): Promise<OllamaStandIn> {
  const server = await startOllamaStandIn({ installed: ['mistral', 'qwen3:8b', 'nomic-embed-text'], ...options });
  onTestFinished(() => server.close());
  return server;
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("the official client, on the stand-in's replies", () => {
  let server: OllamaStandIn;
  let client: Ollama;
  beforeEach(async () => {
    server = await openStandIn();
    client = new Ollama({ host: server.url });
  });

  it('streams a chat', async () => {
    const lines = await collect(await client.chat({ model: 'mistral', messages: MESSAGES, stream: true }));
    z.array(officialShapes.chatEvent).parse(lines.slice(0, -1));
    expect(officialShapes.chatEnd.parse(lines.at(-1))).toMatchObject({ done_reason: 'stop' });
    expect(lines.map(({ message }) => message.content).join('')).toBe('Lunch is at noon [1].');
  });

  it('gets a chat as a whole', async () => {
    const reply = officialShapes.chatEnd.parse(
      await client.chat({ model: 'mistral', messages: MESSAGES, options: { num_predict: 2 } }),
    );
    expect(reply).toMatchObject({ done_reason: 'length', eval_count: 2, message: { content: 'Lunch is' } });
  });

  it('gets thoughts apart from the answer, unless the model is told not to think', async () => {
    const chat = async (think: boolean) =>
      collect(await client.chat({ model: 'qwen3:8b', messages: MESSAGES, think, stream: true }));
    const thinking = await chat(true);
    z.array(officialShapes.chatEvent).parse(thinking.slice(0, -1));
    expect(thinking.some(({ message }) => message.thinking !== undefined)).toBe(true);
    expect((await chat(false)).some(({ message }) => message.thinking !== undefined)).toBe(false);
    await expect(client.chat({ model: 'mistral', messages: MESSAGES, think: true })).rejects.toMatchObject({
      error: '"mistral" does not support thinking',
      status_code: 400,
    });
  });

  it('gets vectors of unit length and of the right size', async () => {
    const { embeddings } = officialShapes.embed.parse(
      await client.embed({ model: 'nomic-embed-text', input: ['search_query: lunch', 'search_query: dinner'] }),
    );
    expect(embeddings.map((vector) => vector.length)).toEqual([768, 768]);
    for (const vector of embeddings) expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    const short = await client.embed({ model: 'nomic-embed-text', input: 'lunch', dimensions: 256 });
    expect(short.embeddings[0]).toHaveLength(256);
    expect(Math.hypot(...(short.embeddings[0] ?? []))).toBeCloseTo(1, 6);
  });

  it('gets a long text cut without a word, or refused where it asks for that', async () => {
    const input = 'word '.repeat(3_000);
    await client.embed({ model: 'nomic-embed-text', input });
    await expect(client.embed({ model: 'nomic-embed-text', input, truncate: false })).rejects.toMatchObject({
      error: 'the input length exceeds the context length',
      status_code: 400,
    });
  });

  it('lists, shows and loads models', async () => {
    expect(officialShapes.list.parse(await client.list()).models.map(({ name }) => name)).toEqual([
      'mistral:latest',
      'qwen3:8b',
      'nomic-embed-text:latest',
    ]);
    expect(officialShapes.show.parse(await client.show({ model: 'qwen3:8b' })).capabilities).toEqual([
      'completion',
      'thinking',
    ]);
    expect(officialShapes.running.parse(await client.ps()).models).toEqual([]);
    await client.chat({ model: 'mistral', messages: [], options: { num_ctx: 2_048 } });
    expect(officialShapes.running.parse(await client.ps()).models).toMatchObject([
      { name: 'mistral', context_length: 2_048 },
    ]);
    await client.chat({ model: 'mistral', messages: [], keep_alive: 0 });
    expect((await client.ps()).models).toEqual([]);
    expect(officialShapes.version.parse(await client.version())).toEqual({ version: '0.33.1' });
  });

  it('pulls a model with its bytes, and goes on where a cut pull was', async () => {
    server.behaviour.faults.push({ afterLines: 6, fault: 'reset' });
    await expect(client.pull({ model: 'all-minilm', stream: true }).then(collect)).rejects.toThrow();
    const lines = await collect(await client.pull({ model: 'all-minilm', stream: true }));
    z.array(officialShapes.status).parse(lines);
    expect(lines[0]).toEqual({ status: 'pulling manifest' });
    expect(lines[1]?.completed).toBeGreaterThan((lines[1]?.total ?? 0) * 0.4);
    expect(lines.slice(-3).map(({ status }) => status)).toEqual([
      'verifying sha256 digest',
      'writing manifest',
      'success',
    ]);
    expect(server.disk.installed.has('all-minilm:latest')).toBe(true);
    expect(await client.pull({ model: 'all-minilm' })).toEqual({ status: 'success' });
  });

  it('is told of a model that cannot be pulled in the middle of the stream', async () => {
    await expect(client.pull({ model: 'none', stream: true }).then(collect)).rejects.toThrow(
      'pull model manifest: file does not exist',
    );
  });

  it('is told of an error in the middle of an answer', async () => {
    server.behaviour.faults.push({
      afterLines: 2,
      fault: { error: 'an error was encountered while running the model' },
    });
    await expect(client.chat({ model: 'mistral', messages: MESSAGES, stream: true }).then(collect)).rejects.toThrow(
      'an error was encountered while running the model',
    );
  });

  it.each([
    ['chat', (missing: Ollama) => missing.chat({ model: 'none', messages: MESSAGES }), "model 'none' not found"],
    ['show', (missing: Ollama) => missing.show({ model: 'none' }), "model 'none' not found"],
    [
      'embed',
      (missing: Ollama) => missing.embed({ model: 'none', input: 'a' }),
      'model "none" not found, try pulling it first',
    ],
  ])('is told of a missing model by %s', async (_call, call, error) => {
    await expect(call(client)).rejects.toMatchObject({ error, status_code: 404 });
  });
});

describe('the stand-in', () => {
  it('refuses what waits for a model beyond its queue, and works on as many requests as it has slots', async () => {
    const server = await openStandIn();
    const gate = createGate();
    server.behaviour.maxQueue = 1;
    server.behaviour.load = () => gate.opened;
    const client = new Ollama({ host: server.url });
    const first = client.chat({ model: 'mistral', messages: MESSAGES });
    while (server.requests.length === 0) await new Promise(setImmediate);
    await expect(client.chat({ model: 'mistral', messages: MESSAGES })).rejects.toMatchObject({
      error: 'server busy, please try again.  maximum pending requests exceeded',
      status_code: 503,
    });
    gate.open();
    expect((await first).done_reason).toBe('stop');
  });

  it('drops the oldest messages of a prompt that is too long, and keeps the rules and the question', async () => {
    const server = await openStandIn();
    const client = new Ollama({ host: server.url });
    const old = { role: 'user', content: 'old words '.repeat(2_000) };
    const rules = { role: 'system', content: 'Answer from the sources.' };
    const reply = await client.chat({
      model: 'mistral',
      messages: [rules, old, ...MESSAGES],
      options: { num_ctx: 2_048 },
    });
    expect(reply.prompt_eval_count).toBeLessThan(100);
    expect(reply.message.content).toBe('Lunch is at noon [1].');
  });

  it.each([
    ['no JSON', '/api/chat', '{', 400],
    ['nothing', '/api/chat', '', 400],
    ['no model', '/api/chat', '{"model":""}', 400],
    ['a field that the API has not', '/api/chat', '{"model":"mistral","messages":[],"temperature":1}', 400],
    ['a message of another shape', '/api/chat', '{"model":"mistral","messages":["hello"]}', 400],
    ['a role that there is not', '/api/chat', '{"model":"mistral","messages":[{"role":"bot","content":"a"}]}', 400],
    ['an option that there is not', '/api/chat', '{"model":"mistral","options":{"num_context":1}}', 400],
    ['an option of another type', '/api/chat', '{"model":"mistral","options":{"num_ctx":"4096"}}', 400],
    ['a duration without a unit', '/api/chat', '{"model":"mistral","keep_alive":"30"}', 400],
    ['texts that are none', '/api/embed', '{"model":"nomic-embed-text","input":[1]}', 400],
    ['a model that embeds, to chat', '/api/chat', '{"model":"nomic-embed-text","messages":[]}', 400],
    ['another path', '/api/other', '{}', 404],
  ])('refuses %s', async (_what, path, body, status) => {
    const server = await openStandIn();
    const response = await fetch(`${server.url}${path}`, { method: 'POST', body });
    expect(response.status).toBe(status);
    if (path !== '/api/other') officialShapes.error.parse(await response.json());
  });

  it('tells of an error before the first word by a status, as JSON', async () => {
    const server = await openStandIn();
    server.behaviour.say = () => {
      throw new Error('the model failed to generate a response');
    };
    const response = await fetch(`${server.url}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'mistral', messages: MESSAGES }),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: 'the model failed to generate a response' });
  });

  it('says that it runs', async () => {
    const server = await openStandIn();
    const response = await fetch(server.url);
    expect(response.body === null ? '' : await readText(response.body)).toBe('Ollama is running');
  });
});

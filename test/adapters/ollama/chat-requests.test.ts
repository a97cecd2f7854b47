import { describe, expect, it } from 'vitest';
import type { ModelPart } from '../../../src/core/ports/chat-model.js';
import { THOUGHT } from '../../support/ollama/chat.js';
import type { ChatBody } from '../../support/ollama/requests.js';
import { openOllama, partsOf, question, soon, statusesOf, textOf } from './open-ollama.js';

const open = (model: string, environment: Record<string, string> = {}) =>
  openOllama({
    installed: [model],
    chosenFor: ['chatModel'],
    environment: { OLLAMA_CHAT_MODEL: model, ...environment },
  });

function finishOf(parts: readonly ModelPart[]): Extract<ModelPart, { type: 'finish' }> {
  const last = parts.at(-1);
  if (last?.type !== 'finish') throw new Error('the stream did not finish');
  return last;
}

describe('what is asked of Ollama', () => {
  it("is the prompt in chat roles, with the mission's sampling and the asked length", async () => {
    const { chatModel, requestsTo } = await open('mistral');
    await partsOf(chatModel.stream(question()));
    expect(requestsTo('/api/chat').map(({ body }) => body)).toEqual([
      {
        model: 'mistral',
        messages: question().messages,
        stream: true,
        keep_alive: '30m',
        options: { temperature: 0.7, top_p: 0.9, num_ctx: 4_096, num_predict: 300 },
      },
    ]);
  });

  it('is as the operator sets it', async () => {
    const { chatModel, requestsTo } = await open('mistral', {
      OLLAMA_CONTEXT_LENGTH: '8192',
      OLLAMA_KEEP_ALIVE: '-1',
      OLLAMA_STOP: 'User:|Human:',
    });
    expect(chatModel.contextTokens).toBe(8_192);
    await partsOf(chatModel.stream(question()));
    expect(requestsTo('/api/chat')[0]?.body).toMatchObject({
      keep_alive: -1,
      options: { num_ctx: 8_192, stop: ['User:', 'Human:'] },
    });
  });

  it('has the same context in every call, so that the model is loaded once', async () => {
    const { chatModel, requestsTo, server } = await open('qwen3:8b');
    await partsOf(chatModel.stream(question()));
    await partsOf(chatModel.stream(question({ maxOutputTokens: 5 })));
    await partsOf(chatModel.stream(question({ purpose: 'standalone-question' })));
    const contexts = requestsTo('/api/chat').map(({ body }) => (body as ChatBody).options.num_ctx);
    expect(contexts).toEqual([4_096, 4_096, 4_096, 4_096]);
    expect(server.scheduler.loads).toEqual([{ name: 'qwen3:8b', contextTokens: 4_096 }]);
  });

  it('never asks for more than the model was trained to see', async () => {
    const { chatModel } = await open('llama2:7b-chat', { OLLAMA_CONTEXT_LENGTH: '32768' });
    await partsOf(chatModel.stream(question()));
    expect(chatModel.contextTokens).toBe(4_096);
    expect((await chatModel.health(new AbortController().signal)).detail).toContain('It sees 4096 tokens at the most.');
  });
});

describe('an answer', () => {
  it('ends with what Ollama counted', async () => {
    const { chatModel } = await open('mistral');
    const parts = await partsOf(chatModel.stream(question()));
    expect(textOf(parts)).toBe('Refunds are paid within 30 days [1].');
    expect(finishOf(parts)).toMatchObject({ reason: 'stop', outputTokens: 7 });
    expect(finishOf(parts).inputTokens).toBeGreaterThan(20);
  });

  it('says when it was cut for its length', async () => {
    const { chatModel } = await open('mistral');
    const parts = await partsOf(chatModel.stream(question({ maxOutputTokens: 3 })));
    expect(textOf(parts)).toBe('Refunds are paid');
    expect(finishOf(parts)).toMatchObject({ reason: 'length', outputTokens: 3 });
  });

  it('comes bit by bit', async () => {
    const { chatModel } = await open('mistral');
    const texts = (await partsOf(chatModel.stream(question()))).filter(({ type }) => type === 'text');
    expect(texts.length).toBeGreaterThan(5);
  });

  it('closes the connection when nobody reads on', async () => {
    const { chatModel, requestsTo, server } = await open('mistral');
    server.behaviour.pace = () => new Promise(setImmediate);
    server.behaviour.say = () => 'word '.repeat(10_000);
    for await (const part of chatModel.stream(question())) if (part.type === 'text') break;
    await soon(() => requestsTo('/api/chat')[0]?.state).toBe('closed');
  });
});

describe('thoughts', () => {
  it.each(['qwen3:8b', 'qwen3:4b', 'gpt-oss:20b', 'deepseek-r1:7b'])('of %s never reach the member', async (model) => {
    const { chatModel } = await open(model);
    for (let answer = 0; answer < 3; answer += 1) {
      const text = textOf(await partsOf(chatModel.stream(question())));
      expect(text.trim()).toBe('Refunds are paid within 30 days [1].');
      expect(text).not.toContain('think');
      expect(text).not.toContain(THOUGHT.slice(0, 10));
    }
  });

  it.each([
    ['mistral', [undefined]],
    ['qwen3:8b', [false, false]],
    ['qwen3:4b', [false, true]],
    ['gpt-oss:20b', ['low']],
    ['deepseek-r1:7b', [undefined]],
  ])('of %s are asked for as it can, after it has shown that it obeys', async (model, expected) => {
    const { chatModel, requestsTo } = await open(model);
    await partsOf(chatModel.stream(question()));
    expect(requestsTo('/api/chat').map(({ body }) => (body as ChatBody).think)).toEqual(expected);
    await partsOf(chatModel.stream(question()));
    const thinks = requestsTo('/api/chat').map(({ body }) => (body as ChatBody).think);
    expect(thinks.slice(expected.length)).toEqual(expected.slice(-1));
  });

  it('are told of as such, and do not shorten the answer', async () => {
    const { chatModel } = await open('qwen3:4b');
    const parts = await partsOf(chatModel.stream(question({ maxOutputTokens: 7 })));
    expect(statusesOf(parts)).toContain('The language model is thinking');
    expect(textOf(parts)).toBe('Refunds are paid within 30 days [1].');
    expect(finishOf(parts).reason).toBe('stop');
    const short = await partsOf(chatModel.stream(question({ maxOutputTokens: 3 })));
    expect(textOf(short)).toBe('Refunds are paid');
    expect(finishOf(short).reason).toBe('length');
  });

  it('leave room for themselves in the context', async () => {
    const { chatModel } = await open('gpt-oss:20b');
    await partsOf(chatModel.stream(question()));
    expect(chatModel.contextTokens).toBe(4_096 - 1_024);
  });

  it('that are all the model writes are a failure, not an empty answer', async () => {
    const { chatModel, server } = await open('gpt-oss:20b');
    server.behaviour.say = () => '';
    await expect(partsOf(chatModel.stream(question()))).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      userMessage: expect.stringContaining('nothing but thoughts'),
    });
  });

  it('that get into an answer end it, are cut off from the next, and then the model is let think', async () => {
    const { chatModel, server, requestsTo } = await open('qwen3:8b');
    await partsOf(chatModel.stream(question()));
    server.behaviour.say = () => `${THOUGHT} </think> Thirty days [1].`;
    await expect(partsOf(chatModel.stream(question()))).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      userMessage: expect.stringContaining('thoughts'),
    });
    expect(textOf(await partsOf(chatModel.stream(question()))).trim()).toBe('Thirty days [1].');
    expect(requestsTo('/api/chat').at(-1)?.body).toMatchObject({ think: false });
    server.behaviour.say = undefined;
    expect(textOf(await partsOf(chatModel.stream(question())))).toBe('Refunds are paid within 30 days [1].');
    expect(requestsTo('/api/chat').at(-1)?.body).toMatchObject({ think: true });
  });

  it('get into no more than two answers, plain ones between them or not', async () => {
    const { chatModel, server, requestsTo } = await open('qwen3:8b');
    await partsOf(chatModel.stream(question()));
    for (const text of [`${THOUGHT} </think> Thirty.`, 'Thirty days [1].', `${THOUGHT} </think> Thirty.`]) {
      server.behaviour.say = () => text;
      await partsOf(chatModel.stream(question())).catch(() => undefined);
      expect(requestsTo('/api/chat').at(-1)?.body).toMatchObject({ think: false });
    }
    server.behaviour.say = undefined;
    expect(textOf(await partsOf(chatModel.stream(question())))).toBe('Refunds are paid within 30 days [1].');
    expect(requestsTo('/api/chat').at(-1)?.body).toMatchObject({ think: true });
  });

  it.each([
    ['mistral', undefined],
    ['qwen3:8b', false],
  ])('are not what later answers of %s are taken for when one answer spoke of the tag', async (model, think) => {
    const { chatModel, server, requestsTo } = await open(model);
    await partsOf(chatModel.stream(question()));
    const contextTokens = chatModel.contextTokens;
    server.behaviour.say = () => 'Thoughts end with </think> [1].';
    await expect(partsOf(chatModel.stream(question()))).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    server.behaviour.say = undefined;
    expect(textOf(await partsOf(chatModel.stream(question())))).toBe('Refunds are paid within 30 days [1].');
    const texts = (await partsOf(chatModel.stream(question()))).filter(({ type }) => type === 'text');
    expect(texts.length).toBeGreaterThan(5);
    expect(chatModel.contextTokens).toBe(contextTokens);
    expect(new Set(requestsTo('/api/chat').map(({ body }) => (body as ChatBody).think))).toEqual(new Set([think]));
  });

  it('of a model that Ollama does not know to think are cut off from the second answer on', async () => {
    const { chatModel, server } = await open('mistral');
    server.behaviour.say = () => `${THOUGHT} </think> Thirty days [1].`;
    await expect(partsOf(chatModel.stream(question()))).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(textOf(await partsOf(chatModel.stream(question()))).trim()).toBe('Thirty days [1].');
  });
});

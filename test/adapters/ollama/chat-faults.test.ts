import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { Refusal } from '../../support/ollama/requests.js';
import { createAdapter, createGate, never, openOllama, partsOf, question, soon, textOf } from './open-ollama.js';

const unavailable = (text: string, retryable = true): unknown =>
  expect.objectContaining({ code: 'MODEL_UNAVAILABLE', retryable, userMessage: expect.stringContaining(text) });

/** The adapter after its first answer, so that the next requests are answers alone. */
async function openWarm(...options: Parameters<typeof openOllama>) {
  const opened = await openOllama(...options);
  await partsOf(opened.chatModel.stream(question()));
  const before = opened.requestsTo('/api/chat').length;
  return { ...opened, chats: () => opened.requestsTo('/api/chat').slice(before) };
}

describe('a call that fails before the first word', () => {
  it.each([429, 500, 502, 503, 504])('with %i is tried three times more', async (status) => {
    const { chatModel, server, chats } = await openWarm();
    server.behaviour.intercept = async () => new Refusal(status, 'busy');
    await expect(partsOf(chatModel.stream(question()))).rejects.toEqual(
      unavailable(status === 429 || status === 503 ? 'is busy' : `HTTP ${status}`),
    );
    expect(chats()).toHaveLength(4);
  });

  it.each([400, 401, 403, 404, 413])('with %i is not tried again', async (status) => {
    const { chatModel, server, chats } = await openWarm();
    server.behaviour.intercept = async () => new Refusal(status, 'no');
    await expect(partsOf(chatModel.stream(question()))).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    expect(chats()).toHaveLength(1);
  });

  it('is answered as soon as a try succeeds', async () => {
    const { chatModel, server, chats } = await openWarm();
    let refusals = 0;
    server.behaviour.intercept = async () => (++refusals <= 2 ? new Refusal(503, 'busy') : undefined);
    expect(textOf(await partsOf(chatModel.stream(question())))).toBe('Refunds are paid within 30 days [1].');
    expect(chats()).toHaveLength(3);
  });

  it('because the model is missing says how to get it', async () => {
    const { chatModel } = await openOllama({ installed: [] });
    await expect(partsOf(chatModel.stream(question()))).rejects.toEqual(
      unavailable('does not have the model "mistral". Run `docent models --pull`, or `ollama pull mistral`'),
    );
  });

  it('because the server is away says where it was looked for', async () => {
    const { chatModel, server } = await openOllama();
    await server.close();
    await expect(partsOf(chatModel.stream(question()))).rejects.toEqual(
      unavailable(`Ollama cannot be reached at ${server.url}. Start it there`),
    );
  });

  it('because the connection is reset is tried again', async () => {
    const { chatModel, server, chats } = await openWarm();
    server.behaviour.faults.push({ afterLines: 0, fault: 'reset' });
    expect(textOf(await partsOf(chatModel.stream(question())))).toBe('Refunds are paid within 30 days [1].');
    expect(chats()).toHaveLength(2);
  });

  it("because another program answers says so, and prints nothing of that program's answer", async () => {
    const printed = vi.spyOn(console, 'log');
    const other = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Secret page</h1>');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { chatModel } = createAdapter(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    await expect(partsOf(chatModel.stream(question()))).rejects.toEqual(unavailable('broke off'));
    expect((await chatModel.health(new AbortController().signal)).detail).toMatch(/What answers at .* is not Ollama/);
    expect(printed).not.toHaveBeenCalled();
  });
});

describe('an answer that breaks off', () => {
  it.each([
    ['an error of the server', { error: 'an error was encountered while running the model' }],
    ['a reset', 'reset'],
    ['an early end, in the middle of a line', 'half-line'],
  ] as const)('by %s is not begun anew', async (_how, fault) => {
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')];
    const { chatModel, server, chats } = await openWarm();
    server.behaviour.faults.push({ afterLines: 3, fault });
    const texts: string[] = [];
    const read = async (): Promise<void> => {
      for await (const part of chatModel.stream(question())) if (part.type === 'text') texts.push(part.text);
    };
    await expect(read()).rejects.toEqual(unavailable('broke off'));
    expect(texts.join('')).toBe('Refunds are paid');
    expect(chats()).toHaveLength(1);
    for (const output of printed) expect(output).not.toHaveBeenCalled();
  });

  it('by a silence of a minute ends, and so does the request', async () => {
    const { chatModel, server, chats, clock } = await openWarm();
    const gate = createGate();
    let lines = 0;
    server.behaviour.pace = async () => (++lines > 3 ? gate.opened : undefined);
    const outcome = partsOf(chatModel.stream(question())).catch((error: unknown) => error);
    await soon(() => lines).toBe(4);
    await clock.advance(60_000);
    expect(await outcome).toEqual(unavailable('did not answer in time'));
    await soon(() => chats()[0]?.state).toBe('closed');
    gate.open();
  });
});

describe('a call that is given up', () => {
  it('while the server keeps its headers back ends there too, and throws the reason', async () => {
    const { chatModel, server, chats } = await openWarm();
    server.behaviour.intercept = () => never();
    const controller = new AbortController();
    const reason = new Error('the question was deleted');
    const read = partsOf(chatModel.stream(question({ signal: controller.signal })));
    await soon(() => chats().length).toBe(1);
    controller.abort(reason);
    await expect(read).rejects.toBe(reason);
    await soon(() => chats()[0]?.state).toBe('closed');
    expect(chats()).toHaveLength(1);
  });

  it('in the middle of an answer ends there too', async () => {
    const { chatModel, server, chats } = await openWarm();
    const gate = createGate();
    let lines = 0;
    server.behaviour.pace = async () => (++lines > 3 ? gate.opened : undefined);
    const controller = new AbortController();
    const read = partsOf(chatModel.stream(question({ signal: controller.signal })));
    await soon(() => lines).toBe(4);
    controller.abort(new DOMException('stopped', 'AbortError'));
    await expect(read).rejects.toMatchObject({ name: 'AbortError' });
    await soon(() => chats()[0]?.state).toBe('closed');
    gate.open();
  });

  it('between two tries is not tried again', async () => {
    const { chatModel, server, chats } = await openWarm();
    const controller = new AbortController();
    server.behaviour.intercept = async () => {
      controller.abort(new Error('stopped'));
      return new Refusal(503, 'busy');
    };
    await expect(partsOf(chatModel.stream(question({ signal: controller.signal })))).rejects.toThrow('stopped');
    expect(chats()).toHaveLength(1);
  });
});

describe('the circuit breaker', () => {
  it('lets nothing through after five failures in a row, and says so', async () => {
    const { chatModel, server, chats, logger } = await openWarm();
    server.behaviour.intercept = async ({ path }) => (path === '/api/chat' ? new Refusal(502, 'bad') : undefined);
    await expect(partsOf(chatModel.stream(question()))).rejects.toThrow();
    await expect(partsOf(chatModel.stream(question()))).rejects.toThrow();
    expect(chats()).toHaveLength(5);
    await expect(partsOf(chatModel.stream(question()))).rejects.toEqual(unavailable('failed several times in a row'));
    expect(chats()).toHaveLength(5);
    expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'ollama.paused' }));
    expect(await chatModel.health(new AbortController().signal)).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('The last calls to it failed'),
    });
  });

  it('is no reason to call the server sick once the pause is over, though nobody has asked since', async () => {
    const { chatModel, server, clock } = await openWarm();
    server.behaviour.intercept = async () => new Refusal(502, 'bad');
    for (let call = 0; call < 2; call += 1) await expect(partsOf(chatModel.stream(question()))).rejects.toThrow();
    server.behaviour.intercept = undefined;
    const state = async (): Promise<string> => (await chatModel.health(new AbortController().signal)).state;
    expect(await state()).toBe('degraded');
    await clock.advance(600_000);
    expect(await state()).toBe('healthy');
  });

  it('lets one call through after a pause, and all when that one succeeds', async () => {
    const { chatModel, server, chats } = await openWarm({ pauseMs: 0 });
    server.behaviour.intercept = async () => new Refusal(502, 'bad');
    for (let call = 0; call < 2; call += 1) await expect(partsOf(chatModel.stream(question()))).rejects.toThrow();
    server.behaviour.intercept = undefined;
    const before = chats().length;
    const answers = await Promise.all([1, 2, 3].map(() => partsOf(chatModel.stream(question()))));
    expect(answers.map(textOf)).toEqual(Array.from({ length: 3 }, () => 'Refunds are paid within 30 days [1].'));
    expect(chats()).toHaveLength(before + 3);
  });

  it('is not opened by requests that are wrong, nor by members who stop their questions', async () => {
    const { chatModel, server, chats } = await openWarm();
    server.behaviour.intercept = async () => new Refusal(400, 'wrong');
    for (let call = 0; call < 6; call += 1) await expect(partsOf(chatModel.stream(question()))).rejects.toThrow();
    server.behaviour.intercept = () => never();
    for (let call = 0; call < 6; call += 1) {
      const controller = new AbortController();
      const read = partsOf(chatModel.stream(question({ signal: controller.signal })));
      await soon(() => chats().length).toBe(7 + call);
      controller.abort(new DOMException('stopped', 'AbortError'));
      await expect(read).rejects.toThrow('stopped');
    }
    server.behaviour.intercept = undefined;
    expect(textOf(await partsOf(chatModel.stream(question())))).toContain('30 days');
  });

  it('is opened by a server that lets every question wait until it is given up', async () => {
    const { chatModel, server, chats, clock } = await openWarm();
    server.behaviour.intercept = ({ path }) => (path === '/api/chat' ? never() : Promise.resolve());
    // Beside them the model is loaded in the background, by a request without messages.
    const asked = () => chats().filter(({ body }) => (body as { messages: unknown[] }).messages.length > 0);
    for (let call = 0; call < 5; call += 1) {
      const controller = new AbortController();
      const read = partsOf(chatModel.stream(question({ signal: controller.signal })));
      const outcome = read.catch((error: unknown) => error);
      await soon(() => asked().length).toBe(1 + call);
      await clock.advance(90_000);
      controller.abort(new DocentError('MODEL_UNAVAILABLE', { userMessage: 'too slow', retryable: true }));
      expect(await outcome).toMatchObject({ userMessage: 'too slow' });
    }
    await expect(partsOf(chatModel.stream(question()))).rejects.toEqual(unavailable('failed several times in a row'));
    expect(asked()).toHaveLength(5);
  });

  it('of the chat model leaves the embedder alone', async () => {
    const { chatModel, embedder, server } = await openWarm();
    server.behaviour.intercept = async ({ path }) => (path === '/api/chat' ? new Refusal(502, 'bad') : undefined);
    for (let call = 0; call < 2; call += 1) await expect(partsOf(chatModel.stream(question()))).rejects.toThrow();
    expect(await embedder.embed(['a'], { kind: 'query', signal: new AbortController().signal })).toHaveLength(1);
  });
});

describe('credentials', () => {
  it.each([
    [
      'a user and password in the address',
      (url: string) => ({ OLLAMA_URL: url.replace('//', '//docent:pass%20word@') }),
      `Basic ${btoa('docent:pass word')}`,
    ],
    ['a key', (url: string) => ({ OLLAMA_URL: url, OLLAMA_API_KEY: 'key-123' }), 'Bearer key-123'],
  ])('in %s go with every request, and nowhere else', async (_what, environment, authorization) => {
    const { server, requestsTo } = await openOllama();
    server.behaviour.authorization = authorization;
    const { chatModel, embedder, library, logger } = createAdapter(server.url, {
      environment: { ...environment(server.url), OLLAMA_CHAT_MODEL: 'mistral' },
    });
    const { signal } = new AbortController();
    expect(textOf(await partsOf(chatModel.stream(question())))).toContain('30 days');
    await embedder.embed(['a'], { kind: 'query', signal });
    const health = await chatModel.health(signal);
    expect(health.state).toBe('healthy');
    server.behaviour.authorization = 'Bearer another';
    const failure = await partsOf(chatModel.stream(question())).catch((error: unknown) => error);
    const shown = JSON.stringify([
      health,
      await chatModel.health(signal),
      library.server,
      String(failure),
      logger.lines,
    ]);
    expect(shown).toContain('credentials');
    expect(shown).not.toMatch(/pass word|pass%20word|key-123|docent:|docent@/);
    expect(requestsTo('/api/chat').every(({ headers }) => headers['authorization'] === authorization)).toBe(true);
  });
});

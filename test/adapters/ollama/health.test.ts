import { describe, expect, it } from 'vitest';
import { Refusal } from '../../support/ollama/requests.js';
import { VERSION } from '../../support/ollama/server.js';
import { openOllama } from './open-ollama.js';

const { signal } = new AbortController();

describe('the health of Ollama', () => {
  it('says its version, where it is, and that the model is there', async () => {
    const { chatModel, embedder, server } = await openOllama();
    expect(await chatModel.health(signal)).toEqual({
      state: 'healthy',
      detail: `Ollama ${VERSION} at ${server.url} has the model "mistral".`,
    });
    expect((await embedder.health(signal)).detail).toContain('has the model "nomic-embed-text"');
  });

  it('takes a model without a tag for its latest', async () => {
    const { chatModel } = await openOllama({ environment: { OLLAMA_CHAT_MODEL: 'mistral:latest' } });
    expect((await chatModel.health(signal)).state).toBe('healthy');
  });

  it('is degraded without the model, with the command that gets it', async () => {
    const { chatModel, embedder } = await openOllama({ installed: ['mistral'] });
    expect((await chatModel.health(signal)).state).toBe('healthy');
    expect(await embedder.health(signal)).toMatchObject({
      state: 'degraded',
      fix: 'Run `docent models --pull`, or `ollama pull nomic-embed-text` where Ollama runs.',
    });
  });

  it('is unhealthy while the server is away, with where it was looked for', async () => {
    const { chatModel, server } = await openOllama();
    await server.close();
    expect(await chatModel.health(signal)).toEqual({
      state: 'unhealthy',
      detail: `Ollama cannot be reached at ${server.url}.`,
      fix: 'Start it there (`ollama serve`), or set OLLAMA_URL to where it runs.',
    });
  });

  it('is unhealthy when something is wrong with the server', async () => {
    const { chatModel, server } = await openOllama();
    server.behaviour.intercept = async () => new Refusal(500, 'broken');
    expect(await chatModel.health(signal)).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining('(HTTP 500)'),
    });
  });
});

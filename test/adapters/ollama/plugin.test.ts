import { describe, expect, it } from 'vitest';
import { createOllama } from '../../../src/adapters/ollama/ollama.js';
import plugin from '../../../src/adapters/ollama/plugin.js';
import type { EngineName } from '../../../src/core/plugin.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openOllama, settingsOf } from './open-ollama.js';

const create = (chosenFor: readonly EngineName[]) =>
  createOllama({ settings: settingsOf({}), clock: createFakeClock(), logger: silentLogger, chosenFor });

describe('the plugin', () => {
  it('gives the engines that it was chosen for, and asks nothing of the server before its start', async () => {
    expect(plugin.provides).toEqual(['chatModel', 'embedder']);
    expect(Object.keys(create(['chatModel', 'embedder']).engines ?? {})).toEqual(['chatModel', 'embedder']);
    expect(Object.keys(create(['embedder']).engines ?? {})).toEqual(['embedder']);
    const { server } = await openOllama();
    expect(server.requests).toEqual([]);
  });

  it('requires the models of those engines alone', async () => {
    const { signal } = new AbortController();
    const { library } = await openOllama({ chosenFor: ['chatModel'] });
    expect((await library.required(signal)).map(({ name }) => name)).toEqual(['mistral']);
  });

  it('has models of today as its defaults, and needs no setting', () => {
    const { chatModel, embedModel, contextTokens, parallel, stop, pull } = settingsOf({});
    expect({ chatModel, embedModel, contextTokens, parallel, stop, pull }).toEqual({
      chatModel: 'qwen3:8b',
      embedModel: 'nomic-embed-text',
      contextTokens: 4_096,
      parallel: 1,
      stop: [],
      pull: false,
    });
  });

  it('stops while nothing runs', async () => {
    await create(['chatModel']).stop?.();
  });
});

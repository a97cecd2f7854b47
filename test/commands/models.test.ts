import { describe, expect, it } from 'vitest';
import { modelsCommand } from '../../src/commands/models.js';
import { DocentError } from '../../src/core/errors.js';
import type { ReplyStatus } from '../../src/core/ports/chat-adapter.js';
import type { ModelLibrary, PullProgress } from '../../src/core/ports/model-library.js';
import { openCommands } from './run-command.js';

/** A library with one model that is there and one that can be pulled. */
function createLibrary(steps: readonly PullProgress[] = [], failure?: Error): ModelLibrary & { pulled: string[] } {
  const pulled: string[] = [];
  return {
    server: 'Ollama at http://box',
    pulled,
    required: async () => [
      { name: 'qwen3:8b', purpose: 'writes the answers', isInstalled: true },
      { name: 'nomic_embed', purpose: 'searches by meaning', isInstalled: pulled.includes('nomic_embed') },
    ],
    async *pull(name) {
      yield* steps;
      if (failure !== undefined) throw failure;
      pulled.push(name);
    },
  };
}

describe('models', () => {
  it('says that nothing is needed where the engines bring their models', async () => {
    const { say } = await openCommands({ modelLibraries: [] });
    expect(await say(modelsCommand)).toMatchObject({
      kind: 'notice',
      text: expect.stringContaining('Nothing needs to be downloaded'),
      data: { models: [] },
    });
    expect(await say(modelsCommand, { pull: true })).toMatchObject({ kind: 'notice' });
  });

  it('lists what is there and what is missing, and offers to get it', async () => {
    const { say } = await openCommands({ modelLibraries: [createLibrary()] });
    expect(await say(modelsCommand)).toMatchObject({
      text: [
        '**nomic_embed must be downloaded.**',
        '',
        '- ✅ **qwen3:8b** writes the answers: there (Ollama at http://box)',
        '- ❌ **nomic\\_embed** searches by meaning: missing (Ollama at http://box)',
      ].join('\n'),
      actions: [{ label: 'Download', command: 'models', input: { pull: true } }],
      data: {
        models: [
          { name: 'qwen3:8b', purpose: 'writes the answers', isInstalled: true, pulling: null },
          { name: 'nomic_embed', purpose: 'searches by meaning', isInstalled: false, pulling: null },
        ],
      },
    });
  });

  it('shows how far a download is that runs already', async () => {
    const pulling = { text: 'downloading', bytes: { done: 100_000_000, total: 274_000_000 } };
    const library: ModelLibrary = {
      ...createLibrary(),
      required: async () => [{ name: 'nomic', purpose: 'searches by meaning', isInstalled: false, pulling }],
    };
    const { say } = await openCommands({ modelLibraries: [library] });
    expect(await say(modelsCommand)).toMatchObject({
      text: expect.stringContaining('being downloaded, 100.0 MB of 274.0 MB'),
      data: { models: [expect.objectContaining({ pulling })] },
    });
  });

  it('downloads what is missing, with a bar', async () => {
    const library = createLibrary([
      { text: 'pulling manifest' },
      { text: 'downloading', bytes: { done: 999, total: 274_000_000 } },
      { text: 'downloading', bytes: { done: 1_200_000_000, total: 5_200_000_000 } },
    ]);
    const statuses: ReplyStatus[] = [];
    const { say } = await openCommands({ modelLibraries: [library] });
    const message = await say(modelsCommand, { pull: true }, { onStatus: (status) => statuses.push(status) });
    expect(library.pulled).toEqual(['nomic_embed']);
    expect(statuses).toEqual([
      { text: 'Pulling nomic_embed: pulling manifest' },
      { text: 'Pulling nomic_embed: downloading, 999 B of 274.0 MB', progress: { done: 999, total: 274_000_000 } },
      {
        text: 'Pulling nomic_embed: downloading, 1.2 GB of 5.2 GB',
        progress: { done: 1_200_000_000, total: 5_200_000_000 },
      },
    ]);
    expect(message).toMatchObject({ text: expect.stringContaining('**All models are there.**'), actions: [] });
  });

  it('fails with what the server says', async () => {
    const failure = new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'no space left' });
    const { failure: failed } = await openCommands({ modelLibraries: [createLibrary([], failure)] });
    expect(await failed(modelsCommand, { pull: true })).toBe(failure);
  });

  it("is the operator's, and may take as long as a large model takes", () => {
    expect(modelsCommand).toMatchObject({ access: 'operator', readOnly: true, needsCreator: false });
    expect(modelsCommand.timeoutMs).toBeGreaterThanOrEqual(3_600_000);
  });
});

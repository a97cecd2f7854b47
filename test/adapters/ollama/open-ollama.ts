import { expect, onTestFinished } from 'vitest';
import { createOllama } from '../../../src/adapters/ollama/ollama.js';
import plugin, { type OllamaSettings } from '../../../src/adapters/ollama/plugin.js';
import type { Contributions, EngineName } from '../../../src/core/plugin.js';
import type { ChatModel, ModelPart, ModelRequest } from '../../../src/core/ports/chat-model.js';
import type { Embedder } from '../../../src/core/ports/embedder.js';
import type { ModelLibrary } from '../../../src/core/ports/model-library.js';
import { readSettings } from '../../../src/core/settings.js';
import { type FakeClock, createFakeClock } from '../../support/fake-clock.js';
import type { ReceivedRequest } from '../../support/ollama/behaviour.js';
import { type OllamaStandIn, type StandInOptions, startOllamaStandIn } from '../../support/ollama/server.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

/** The adapter over a stand-in of its own. */
export interface OpenedOllama {
  readonly server: OllamaStandIn;
  readonly chatModel: ChatModel;
  readonly embedder: Embedder;
  readonly library: ModelLibrary;
  readonly contributions: Contributions;
  readonly clock: FakeClock;
  readonly logger: ReturnType<typeof createRecordingLogger>;
  /** What the stand-in got at a path of the API. */
  requestsTo(path: string): ReceivedRequest[];
}

/** How the adapter is opened. */
export interface OpenOptions extends StandInOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly chosenFor?: readonly EngineName[];
  readonly clock?: FakeClock;
  /** How long the circuit breaker stays open, in milliseconds. Default: longer than any test. */
  readonly pauseMs?: number;
}

/** Settings as an operator's environment gives them. */
export function settingsOf(environment: Readonly<Record<string, string>>): OllamaSettings {
  if (plugin.settings === undefined) throw new Error('the plugin has no settings');
  const read = readSettings(plugin.settings, environment);
  if ('problems' in read) throw new Error(read.problems.map(({ problem }) => problem).join('\n'));
  return read.settings as OllamaSettings;
}

/** The adapter on a server, with waits that take no time. */
export function createAdapter(url: string, options: OpenOptions = {}): Omit<OpenedOllama, 'server' | 'requestsTo'> {
  const clock = options.clock ?? createFakeClock();
  const logger = createRecordingLogger();
  const contributions = createOllama({
    settings: settingsOf({ OLLAMA_URL: url, ...options.environment }),
    clock,
    logger,
    chosenFor: options.chosenFor ?? ['chatModel', 'embedder'],
    patience: { retryDelayMs: 1, pauseMs: options.pauseMs ?? 600_000 },
  });
  const { engines, modelLibraries } = contributions;
  return {
    // A test that leaves one out does not use it.
    chatModel: engines?.chatModel as ChatModel,
    embedder: engines?.embedder as Embedder,
    library: modelLibraries?.[0] as ModelLibrary,
    contributions,
    clock,
    logger,
  };
}

/** Opens both until the test ends. */
export async function openOllama(options: OpenOptions = {}): Promise<OpenedOllama> {
  const server = await startOllamaStandIn({ installed: ['mistral', 'nomic-embed-text'], ...options });
  const adapter = createAdapter(server.url, {
    ...options,
    environment: { OLLAMA_CHAT_MODEL: 'mistral', ...options.environment },
  });
  onTestFinished(async () => {
    await adapter.contributions.stop?.();
    await server.close();
  });
  return { ...adapter, server, requestsTo: (path) => server.requests.filter((request) => request.path === path) };
}

/** A question about refunds, with a passage that answers it. */
export function question(overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    purpose: 'answer',
    messages: [
      { role: 'system', content: 'Answer from the sources.' },
      { role: 'user', content: '[1] Refunds are paid within 30 days.\n\nQuestion: When are refunds paid?' },
    ],
    question: 'When are refunds paid?',
    earlierQuestions: [],
    passages: [{ number: 1, breadcrumb: '', text: 'Refunds are paid within 30 days.' }],
    maxOutputTokens: 300,
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** All parts of a stream. */
export async function partsOf(stream: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  const parts: ModelPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** What a stream says, without its status. */
export function textOf(parts: readonly ModelPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** What a stream tells while nothing is written. */
export function statusesOf(parts: readonly ModelPart[]): string[] {
  return parts.flatMap((part) => (part.type === 'status' ? [part.text] : []));
}

/** A door that is shut until the test opens it. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** What a server that hangs does. */
export function never(): Promise<never> {
  return new Promise<never>(() => {});
}

/** Expects of a value what it comes to be, however slow the machine is: only a failing test ever waits this long. */
export function soon<Value>(read: () => Value) {
  return expect.poll(read, { timeout: 15_000, interval: 5 });
}

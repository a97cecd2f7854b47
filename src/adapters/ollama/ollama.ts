import { toDocentError } from '../../core/errors.js';
import type { Contributions, EngineName } from '../../core/plugin.js';
import type { ChatModel } from '../../core/ports/chat-model.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Embedder } from '../../core/ports/embedder.js';
import type { Logger } from '../../core/ports/logger.js';
import { pullInBackground } from './background-pull.js';
import { createCallPolicy } from './call-policy.js';
import { createOllamaChat, requestOptions } from './chat-model.js';
import { type Connect, createConnect } from './client.js';
import { createOllamaEmbedder } from './embedder.js';
import { embeddingModelOf } from './embedding-models.js';
import { createOllamaHealth } from './health.js';
import { type Inventory, createInventory } from './inventory.js';
import { type OllamaLibrary, createOllamaLibrary } from './model-library.js';
import { createModelTraits } from './model-traits.js';
import { hasOneSlot } from './parallel.js';
import type { OllamaSettings } from './plugin.js';
import { serverOf } from './server-address.js';
import { createTurns } from './turns.js';

/** What the plugin's parts are made from. */
export interface OllamaParts {
  readonly settings: OllamaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The engines that Ollama was chosen for. */
  readonly chosenFor: readonly EngineName[];
  /** The waits of the call policies, in milliseconds; for tests. */
  readonly patience?: { readonly retryDelayMs: number; readonly pauseMs: number };
}

/** Questions that may wait for the chat model: twice as many as are answered at once by default. */
const MAX_WAITING_CHATS = 16;
/** How long one may wait: so that a slow start of the answer still fits into the time for a question. */
const MAX_CHAT_WAIT_MS = 60_000;
const MAX_WAITING_EMBEDS = 64;
const MAX_EMBED_WAIT_MS = 300_000;
/** Callers give up a rewritten question after seconds and an answer after a minute or more: only the latter is a sign. */
const CHAT_LATE_AFTER_MS = 30_000;
/** A question waits five seconds for its vector. */
const EMBED_LATE_AFTER_MS = 4_000;

/** What the model and the embedder have in common. */
interface Shared {
  readonly settings: OllamaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly patience: OllamaParts['patience'];
  readonly url: string;
  readonly connect: Connect;
  readonly inventory: Inventory;
  readonly library: OllamaLibrary;
  readonly stopping: AbortSignal;
}

/** Ties Ollama's parts together for what it was chosen for; nothing is asked of the server yet. */
export function createOllama({ settings, clock, logger, chosenFor, patience }: OllamaParts): Contributions {
  const server = serverOf(settings);
  const { url } = server;
  const connect = createConnect(server);
  const inventory = createInventory({ connect, clock });
  const models = [
    ...(chosenFor.includes('chatModel') ? [{ name: settings.chatModel, purpose: 'writes the answers' }] : []),
    ...(chosenFor.includes('embedder') ? [{ name: settings.embedModel, purpose: 'searches by meaning' }] : []),
  ];
  const library = createOllamaLibrary({ connect, inventory, clock, url, models });
  const stopping = new AbortController();
  const { signal } = stopping;
  const shared: Shared = { settings, clock, logger, patience, url, connect, inventory, library, stopping: signal };
  let background: Promise<void> = Promise.resolve();
  return {
    engines: {
      ...(chosenFor.includes('chatModel') ? { chatModel: createChat(shared) } : {}),
      ...(chosenFor.includes('embedder') ? { embedder: createEmbedder(shared) } : {}),
    },
    modelLibraries: [library],
    async start() {
      background = settings.pull ? pullInBackground({ library, clock, logger, signal }) : lookAround(shared);
    },
    async stop() {
      stopping.abort();
      await background;
    },
  };
}

function createChat(shared: Shared): ChatModel {
  const { settings, clock, logger, patience, inventory, library } = shared;
  const { chatModel: model, contextTokens, keepAlive, stop } = settings;
  const policy = createCallPolicy({ name: 'chat', logger, clock, lateAfterMs: CHAT_LATE_AFTER_MS, ...patience });
  const concurrency = hasOneSlot(model) ? 1 : settings.parallel;
  const turns = createTurns({ clock, concurrency, maxWaiting: MAX_WAITING_CHATS, maxWaitMs: MAX_CHAT_WAIT_MS });
  const traits = createModelTraits({ model, inventory, options: requestOptions(contextTokens, stop), logger });
  const remark = (): string | undefined => {
    const seen = traits.contextTokens();
    return seen === undefined || seen >= contextTokens ? undefined : `It sees ${seen} tokens at the most.`;
  };
  const health = createOllamaHealth({ ...shared, policy, model, pulling: () => library.pulling(model), remark });
  return createOllamaChat({ ...shared, policy, turns, traits, model, contextTokens, keepAlive, stop, health });
}

function createEmbedder(shared: Shared): Embedder {
  const { settings, clock, logger, patience, library } = shared;
  const { embedModel: model, embedDimensions: dimensions, keepAlive } = settings;
  const policy = createCallPolicy({ name: 'embed', logger, clock, lateAfterMs: EMBED_LATE_AFTER_MS, ...patience });
  // Ollama itself embeds one text after the other.
  const turns = createTurns({ clock, concurrency: 1, maxWaiting: MAX_WAITING_EMBEDS, maxWaitMs: MAX_EMBED_WAIT_MS });
  const traits = embeddingModelOf(model);
  if (!traits.isKnown) logger.warn('ollama.unknown-embedder', { model });
  const remark = (): string | undefined => (traits.isKnown ? undefined : UNKNOWN_EMBEDDER);
  const health = createOllamaHealth({ ...shared, policy, model, pulling: () => library.pulling(model), remark });
  return createOllamaEmbedder({ ...shared, policy, turns, model, traits, dimensions, keepAlive, health });
}

/** Says in the log what an operator would otherwise learn from the first question. */
async function lookAround({ library, logger, stopping, url }: Shared): Promise<void> {
  try {
    const missing = (await library.required(stopping)).filter(({ isInstalled }) => !isInstalled);
    for (const { name } of missing) logger.warn('ollama.model-missing', { model: name, url });
  } catch (error) {
    if (!stopping.aborted) logger.warn('ollama.unreachable', { url }, toDocentError(error));
  }
}

const UNKNOWN_EMBEDDER =
  'Docent does not know this model: it gets its texts without task prefixes. If its card asks for some, choose another.';

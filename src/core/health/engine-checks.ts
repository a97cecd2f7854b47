import type { ChatAdapter } from '../ports/chat-adapter.js';
import type { HealthCheck } from '../ports/health.js';
import type { EngineName, Engines } from '../plugin.js';

/** Engines that can be asked how they are, as an operator knows them. */
const COMPONENTS = {
  recordStore: 'records',
  conversationStore: 'conversations',
  metricStore: 'metrics',
  blobStore: 'uploads',
  chunkStore: 'passages',
  keywordIndex: 'keyword search',
  vectorIndex: 'search by meaning',
  coordinator: 'work queue',
  embedder: 'embedder',
  chatModel: 'language model',
} satisfies Partial<Record<keyof Engines, string>>;

/** Components without which Docent cannot answer anybody. */
export const ESSENTIAL_COMPONENTS: ReadonlySet<string> = new Set([
  COMPONENTS.recordStore,
  COMPONENTS.coordinator,
  COMPONENTS.chunkStore,
  COMPONENTS.keywordIndex,
]);

const COMPONENT_NAMES = Object.keys(COMPONENTS) as (keyof typeof COMPONENTS)[];

/** What the engines are called as components, those that can be asked. */
export function componentsOf(engines: readonly EngineName[]): string[] {
  return COMPONENT_NAMES.filter((name) => engines.includes(name)).map((name) => COMPONENTS[name]);
}

/** A check for each engine that can be sick and is there, and for each chat platform. */
export function engineChecks(engines: Partial<Engines>, adapters: readonly ChatAdapter[]): HealthCheck[] {
  return [
    ...COMPONENT_NAMES.flatMap((name) => {
      const engine = engines[name];
      return engine === undefined
        ? []
        : [{ component: COMPONENTS[name], check: (signal: AbortSignal) => engine.health(signal) }];
    }),
    ...adapters.map((adapter) => ({
      component: adapter.platform,
      check: (signal: AbortSignal) => adapter.health(signal),
    })),
  ];
}

import type { ChatAdapter } from '../ports/chat-adapter.js';
import type { HealthCheck } from '../ports/health.js';
import type { Engines } from '../plugin.js';

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

/** A check for each engine that can be sick, and for each chat platform. */
export function engineChecks(engines: Engines, adapters: readonly ChatAdapter[]): HealthCheck[] {
  const names = Object.keys(COMPONENTS) as (keyof typeof COMPONENTS)[];
  return [
    ...names.map((name) => ({
      component: COMPONENTS[name],
      check: (signal: AbortSignal) => engines[name].health(signal),
    })),
    ...adapters.map((adapter) => ({
      component: adapter.platform,
      check: (signal: AbortSignal) => adapter.health(signal),
    })),
  ];
}

import type { EngineName, Engines } from './plugin.js';

/** Every engine, in the order in which problems and health are shown. */
export const ENGINE_NAMES = [
  'logger',
  'recordStore',
  'conversationStore',
  'metricStore',
  'blobStore',
  'chunkStore',
  'keywordIndex',
  'vectorIndex',
  'coordinator',
  'embedder',
  'chatModel',
  'schedule',
  'httpServer',
  'chartRenderer',
] as const satisfies readonly (keyof Engines)[];

/** Engines that are created even when no plugin asks for them. */
export const CORE_ENGINES: readonly EngineName[] = ENGINE_NAMES.filter((engine) => engine !== 'httpServer');

/** A profile names the plugin that provides each engine. */
export type Profile = Readonly<Record<EngineName, string>>;

/** The built-in profiles. */
export const profiles: Readonly<Record<string, Profile>> = {
  embedded: {
    logger: 'pino',
    recordStore: 'sqlite',
    conversationStore: 'sqlite',
    metricStore: 'sqlite',
    blobStore: 'sqlite',
    chunkStore: 'sqlite',
    keywordIndex: 'sqlite',
    vectorIndex: 'sqlite',
    coordinator: 'sqlite',
    embedder: 'minilm',
    chatModel: 'quoting',
    schedule: 'node-cron',
    httpServer: 'hono',
    chartRenderer: 'chart',
  },
  server: {
    logger: 'pino',
    recordStore: 'redis',
    conversationStore: 'redis',
    metricStore: 'redis',
    blobStore: 'redis',
    chunkStore: 'redis',
    keywordIndex: 'sqlite',
    vectorIndex: 'chroma',
    coordinator: 'redis',
    embedder: 'ollama',
    chatModel: 'ollama',
    schedule: 'node-cron',
    httpServer: 'hono',
    chartRenderer: 'chart',
  },
};

/** The variable that chooses one engine alone, such as `DOCENT_CHAT_MODEL`. */
export function engineVariable(engine: EngineName): string {
  return `DOCENT_${engine.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

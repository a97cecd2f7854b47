import { afterAll, beforeAll } from 'vitest';
import { type ChromaServer, startChromaServer } from './chroma-server.js';
import type { Part } from './obtained.js';
import { type OllamaStandIn, startOllamaStandIn } from './ollama/server.js';
import { type RedisServer, startRedisServer } from './redis-server.js';

/** Everything the server profile runs on: real Redis and Chroma, and a stand-in for Ollama. */
export interface ServerEngines {
  readonly redis: RedisServer;
  readonly chroma: ChromaServer;
  readonly ollama: OllamaStandIn;
  /** The settings by which a Docent uses them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The models of the profile, as its settings name them. */
export const MODELS = ['qwen3:8b', 'nomic-embed-text'];

/** Every acknowledged write is on the disk. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Engines for all tests of a suite, empty at first: started before them, gone after them. Read them inside a test. */
export function useServerEngines(parts: Readonly<Record<'redis-server' | 'chroma', Part>>): () => ServerEngines {
  let engines: ServerEngines | undefined;
  beforeAll(async () => {
    const [redis, chroma, ollama] = await Promise.all([
      startRedisServer(parts['redis-server'], { args: DURABLE }),
      startChromaServer(parts.chroma),
      startOllamaStandIn({ installed: MODELS }),
    ]);
    engines = { redis, chroma, ollama, environment: environmentOf(redis.url, chroma.url, ollama.url) };
  });
  afterAll(async () => {
    await Promise.all([engines?.redis.stop(), engines?.chroma.stop(), engines?.ollama.close()]);
  });
  return () => {
    if (engines === undefined) throw new Error('the engines have not started yet');
    return engines;
  };
}

/** The settings of the server profile over engines at these addresses. */
export function environmentOf(redisUrl: string, chromaUrl: string, ollamaUrl: string): Record<string, string> {
  return {
    DOCENT_PROFILE: 'server',
    DOCENT_CREATOR: 'coach',
    REDIS_URL: redisUrl,
    CHROMA_URL: chromaUrl,
    OLLAMA_URL: ollamaUrl,
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { startChromaServer } from '../../test/support/chroma-server.js';
import { type Part, obtained } from '../../test/support/obtained.js';
import { startRedisServer } from '../../test/support/redis-server.js';
import { MODELS, environmentOf } from '../../test/support/server-engines.js';

/** What a model of the stand-in is like. */
export interface ModelPace {
  /** How long a word takes, in milliseconds. */
  readonly wordMs: number;
  /** Answers at once. Default 1. */
  readonly parallel?: number;
  /** What it always writes. Default: what its script finds in the sources. */
  readonly say?: string;
}

/** The servers of the server profile, each a process of its own. */
export interface Servers {
  readonly redisUrl: string;
  readonly chromaUrl: string;
  readonly ollamaUrl: string;
  /** The settings by which a Docent uses them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** As docker-compose.yml starts it: each write is on the disk before it is acknowledged. */
export const REDIS_ARGUMENTS = ['--appendonly', 'yes', '--appendfsync', 'always'];
const standInSchema = z.object({ url: z.string() });

/** Starts a real Redis and a real Chroma, as the tests obtain them, and the stand-in for Ollama. @throws Error that says what is missing. */
export async function startServers(pace: ModelPace): Promise<Servers> {
  const [redis, chroma, standIn] = await Promise.all([
    startRedisServer(partOf('redis-server'), { args: REDIS_ARGUMENTS }),
    startChromaServer(partOf('chroma')),
    startStandIn(pace),
  ]);
  const environment = environmentOf(redis.url, chroma.url, standIn.url);
  return {
    redisUrl: redis.url,
    chromaUrl: chroma.url,
    ollamaUrl: standIn.url,
    environment: { ...environment, OLLAMA_NUM_PARALLEL: String(pace.parallel ?? 1) },
    async stop() {
      standIn.stop();
      await Promise.all([redis.stop(), chroma.stop()]);
    },
  };
}

/** A program that `npm run obtain` finds. @throws Error that says what is missing. */
export function partOf(name: string): Part {
  const part = obtained(name);
  if ('missing' in part) throw new Error(`The benchmarks need ${name}: ${part.missing}.`);
  return part;
}

async function startStandIn({ wordMs, parallel = 1, say }: ModelPace): Promise<{ url: string; stop(): void }> {
  const program = join(import.meta.dirname, '../../test/support/ollama/main.js');
  const args = ['--port', '0', '--installed', MODELS.join(','), '--vectors', 'words', '--word-ms', String(wordMs)];
  if (say !== undefined) args.push('--say', say);
  const child = spawn(process.execPath, [program, ...args, '--parallel', String(parallel)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { ...standInSchema.parse(JSON.parse(line.toString())), stop };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AdminClient } from 'chromadb';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from './free-port.js';
import { type GuardedProcess, startGuarded } from './guarded-process.js';
import type { Part } from './obtained.js';

/** A real Chroma in a temporary folder. */
export interface ChromaServer {
  readonly port: number;
  readonly url: string;
  /** Makes an empty database in the default tenant and returns its name. */
  createDatabase(): Promise<string>;
  /** SIGKILL; after a SIGTERM it goes on with a closed port and a busy processor. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port and folder. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 20_000;
const START_TRIES = 5;

/** Starts a server and waits for its heartbeat; the caller stops it, and it is gone when the caller dies. */
export async function startChromaServer(part: Part): Promise<ChromaServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'docent-chroma-'));
  let port = 0;
  let running: GuardedProcess | undefined;
  let databases = 0;

  const start = async (): Promise<void> => {
    const args = [...part.args, 'run', '--path', folder, '--host', HOST, '--port', String(port)];
    running = await startGuarded(part.path, args);
    await isReady(port, running);
  };
  const kill = async (): Promise<void> => {
    const killed = running;
    running = undefined;
    killed?.signal('SIGKILL');
    await killed?.ended;
  };
  const stop = async (): Promise<void> => {
    await kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  for (let tries = 1; ; tries += 1) {
    port = await freePort();
    try {
      await start();
      break;
    } catch (error) {
      running = undefined;
      if (tries < START_TRIES) continue;
      await stop();
      throw error;
    }
  }
  return {
    port,
    url: `http://${HOST}:${port}`,
    async createDatabase() {
      databases += 1;
      const name = `test-${databases}`;
      await new AdminClient({ host: HOST, port, ssl: false }).createDatabase({ name, tenant: 'default_tenant' });
      return name;
    },
    kill,
    restart: start,
    pause: () => running?.signal('SIGSTOP'),
    resume: () => running?.signal('SIGCONT'),
    stop,
  };
}

/** A server for all tests of a suite: started before them, gone after them. Read it inside a test. */
export function useChromaServer(part: Part): () => ChromaServer {
  let server: ChromaServer | undefined;
  beforeAll(async () => {
    server = await startChromaServer(part);
  });
  afterAll(() => server?.stop());
  return () => {
    if (server === undefined) throw new Error('the Chroma server has not started yet');
    return server;
  };
}

/** Resolves at the first heartbeat. @throws Error with the server's last words when it ends or is silent too long. */
async function isReady(port: number, { ended, signal }: GuardedProcess): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const lastWords = await Promise.race([ended, setTimeout(20, undefined)]);
    if (lastWords !== undefined) throw new Error(`the Chroma server ended: ${lastWords}`);
    if (await hasHeartbeat(port)) return;
    if (Date.now() < giveUpAt) continue;
    signal('SIGKILL');
    throw new Error(`the Chroma server was not ready in time: ${await ended}`);
  }
}

async function hasHeartbeat(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://${HOST}:${port}/api/v2/heartbeat`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

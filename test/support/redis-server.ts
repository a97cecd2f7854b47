import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from './free-port.js';
import type { Part } from './obtained.js';

/** How the server is started. */
export interface RedisServerOptions {
  /** More arguments, such as `['--appendonly', 'yes']`; without any, nothing is written to disk. */
  readonly args?: readonly string[];
  /** What its configuration file says at first; Sentinels write into theirs. */
  readonly configuration?: string;
  /** In place of a free one. */
  readonly port?: number;
  /** Whether it speaks TLS alone, with the certificate of `tlsCertificate`. */
  readonly tls?: boolean;
}

/** A real Redis in a temporary folder. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  /** SIGKILL: what was not written is lost. */
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

/** A certificate for 127.0.0.1 that vouches for itself; made by `openssl req -x509 -nodes -days 36500`. */
export const tlsCertificate = path.join(process.cwd(), 'test', 'fixtures', 'tls', 'server.pem');
const tlsKey = path.join(process.cwd(), 'test', 'fixtures', 'tls', 'server.key');

const START_TIMEOUT_MS = 20_000;
const START_TRIES = 5;
const READY = /Ready to accept connections|Sentinel ID is/;

/** Starts a server and waits until it takes connections; the caller stops it. */
export async function startRedisServer(part: Part, options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'docent-redis-'));
  const configuration = path.join(folder, 'redis.conf');
  await writeFile(configuration, options.configuration ?? '');
  let port = 0;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const listening = options.tls === true ? tlsArguments(port) : ['--port', String(port)];
    const args = [configuration, ...listening, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    child = spawn(part.path, [...part.args, ...args, ...(options.args ?? [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await isReady(child);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const atExit = (): void => {
    child?.kill('SIGKILL');
  };
  const stop = async (): Promise<void> => {
    process.removeListener('exit', atExit);
    await kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  process.once('exit', atExit);
  for (let tries = 1; ; tries += 1) {
    port = options.port ?? (await freePort());
    try {
      await start();
      break;
    } catch (error) {
      await kill();
      if (tries < START_TRIES) continue;
      await stop();
      throw error;
    }
  }
  return {
    port,
    url: `${options.tls === true ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    folder,
    kill,
    restart: start,
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    stop,
  };
}

function tlsArguments(port: number): string[] {
  const certificate = [
    '--tls-cert-file',
    tlsCertificate,
    '--tls-key-file',
    tlsKey,
    '--tls-ca-cert-file',
    tlsCertificate,
  ];
  return ['--port', '0', '--tls-port', String(port), ...certificate, '--tls-auth-clients', 'no'];
}

/** A server for all tests of a suite: started before them, gone after them. Read it inside a test. */
export function useRedisServer(part: Part, options?: RedisServerOptions): () => RedisServer {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedisServer(part, options);
  });
  afterAll(() => server?.stop());
  return () => {
    if (server === undefined) throw new Error('the Redis server has not started yet');
    return server;
  };
}

/** Resolves when the server says so in its log. @throws Error with its last words when it ends or is silent too long. */
function isReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (what: string): void => {
      clearTimeout(timer);
      reject(new Error(`redis-server ${what}: ${log.slice(-1_000)}`));
    };
    const timer = setTimeout(() => fail('was not ready in time'), START_TIMEOUT_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', () => fail('ended'));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (!READY.test(log)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

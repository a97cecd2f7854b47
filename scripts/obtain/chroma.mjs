import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** @typedef {import('./parts.mjs').Part} Part */
/** @typedef {import('./parts.mjs').Working} Working */

const READY_TIMEOUT_MS = 30_000;

/** The server comes with the client's npm package, as a library that Node loads. */
const server = join(process.cwd(), 'node_modules', 'chromadb', 'dist', 'cli.mjs');

/** The loader of the C library, which starts Node with a newer one than the machine's. */
const loader =
  process.arch === 'arm64'
    ? 'usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1'
    : 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';

async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  socket.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts the server and waits for its heartbeat. @param {string} path @returns {Promise<Working>} */
async function probe(path) {
  const args = path === process.execPath ? [server] : [process.execPath, server];
  const folder = await mkdtemp(join(tmpdir(), 'docent-chroma-'));
  const port = await freePort();
  const child = spawn(path, [...args, 'run', '--path', folder, '--host', '127.0.0.1', '--port', String(port)]);
  let lastWords = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      lastWords = `${lastWords}${text}`.slice(-2_000);
    });
  const ended = once(child, 'close').then(
    () => true,
    () => true,
  );
  try {
    return { version: `Chroma ${await heartbeat(port, ended)}`, args };
  } catch (error) {
    const reason = /version `\S+' not found/.exec(lastWords)?.[0] ?? lastWords.trim().split('\n').at(-1) ?? '';
    throw new Error(`its server does not start with ${path}: ${reason}`, { cause: error });
  } finally {
    // After SIGTERM it goes on with a closed port and a busy processor.
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

/** The server's version, as soon as it answers. @param {number} port @param {Promise<boolean>} ended */
async function heartbeat(port, ended) {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    if (await Promise.race([ended, setTimeout(50, false)])) throw new Error('it ended');
    try {
      const signal = AbortSignal.timeout(1_000);
      const beat = await fetch(`http://127.0.0.1:${port}/api/v2/heartbeat`, { signal });
      const version = await fetch(`http://127.0.0.1:${port}/api/v2/version`, { signal });
      if (beat.ok && version.ok) return String(await version.json());
    } catch {
      // Not up yet.
    }
  }
  throw new Error(`no heartbeat within ${READY_TIMEOUT_MS / 1_000} s`);
}

/** @type {Part} */
export const chroma = {
  name: 'chroma',
  suites: 'the suites on a real Chroma server',
  commands: [],
  places: [process.execPath],
  // The server needs glibc 2.38: Debian 13 has it.
  release: 'trixie',
  packages: ['libc6', 'libgcc-s1', 'libstdc++6'],
  program: loader,
  probe,
};

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from './run.mjs';

/** @typedef {import('./parts.mjs').Part} Part */
/** @typedef {import('./parts.mjs').Working} Working */

const READY_TIMEOUT_MS = 30_000;

/** Starts the server on a socket of its own and sends it a PING. @param {string} path @returns {Promise<Working>} */
async function probe(path) {
  const version = /v=(\S+)/.exec(await run(path, ['--version'], { timeoutMs: READY_TIMEOUT_MS }))?.[1] ?? '?';
  const folder = await mkdtemp(join(tmpdir(), 'docent-redis-'));
  const socket = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', ''];
  const child = spawn(path, args, { stdio: 'ignore' });
  const ended = once(child, 'close').then(
    () => true,
    () => true,
  );
  try {
    await answerToPing(socket, ended);
    return { version: `Redis ${version}`, args: [] };
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} socket @param {Promise<boolean>} ended */
async function answerToPing(socket, ended) {
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    if (await Promise.race([ended, setTimeout(20, false)])) throw new Error('its server ended at once');
    const connection = connect(socket).setEncoding('utf8').setTimeout(1_000);
    try {
      connection.write('PING\r\n');
      const [answer] = await Promise.race([once(connection, 'data'), once(connection, 'timeout')]);
      if (answer === '+PONG\r\n') return;
    } catch {
      // Not up yet.
    } finally {
      connection.destroy();
    }
  }
  throw new Error(`its server did not answer within ${READY_TIMEOUT_MS / 1_000} s`);
}

/** @type {Part} */
export const redisServer = {
  name: 'redis-server',
  suites: 'the suites on a real Redis server',
  commands: ['redis-server'],
  places: ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server'],
  packages: ['redis-server'],
  isService: true,
  program: 'usr/bin/redis-server',
  probe,
};

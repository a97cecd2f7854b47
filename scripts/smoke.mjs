/** Tries the built program as a newcomer has it: an empty data folder, a free port, the page, a question, and a clean stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from './obtain/run.mjs';

const READY_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 20_000;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** @param {string} url */
async function pageOf(url) {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return response.text();
    if (Date.now() > deadline) throw new Error(`${url} did not open within ${READY_WITHIN_MS / 1_000} s`);
    await wait(100);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'docent-smoke-'));
const port = await freePort();
const environment = { DOCENT_DATA_FOLDER: folder, DOCENT_WEB_PORT: String(port) };
const started = performance.now();
const docent = spawn(process.execPath, ['dist/src/main.js'], {
  env: { ...process.env, ...environment },
  stdio: 'inherit',
});
const ended = once(docent, 'exit');
try {
  const page = await pageOf(`http://127.0.0.1:${port}/`);
  if (!page.includes('<html')) throw new Error('the address answers, but with no page');
  console.log(`the page opened after ${Math.round(performance.now() - started)} ms`);
  const answer = await run(process.execPath, ['dist/src/cli.js', 'ask', 'What is covered?'], {
    timeoutMs: 60_000,
    env: environment,
  });
  if (answer.trim() === '') throw new Error('docent ask said nothing');
  console.log(`docent ask: ${answer.trim().split('\n', 1)[0]}`);
  docent.kill('SIGTERM');
  const [code, signal] = await Promise.race([ended, wait(STOPPED_WITHIN_MS, ['not within the time'], { ref: false })]);
  if (code !== 0) throw new Error(`SIGTERM was to end with exit code 0, but it was ${code ?? signal}`);
  console.log('stopped by SIGTERM with exit code 0');
} finally {
  docent.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

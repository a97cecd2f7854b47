import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ROUNDS = Number(process.env['DOCENT_KILL_ROUNDS'] ?? 4);
const PIECES = 40 * ROUNDS;
const CONCURRENCY = 4;
/** Long enough after its start for a process to be anywhere in its work. */
const LONGEST_LIFE_MS = 150;

function start(folder: string): ChildProcess {
  const script = new URL('./coordinator-kill.child.js', import.meta.url);
  const child = fork(script, [folder, String(PIECES)], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function killAtRandomMoment(folder: string): Promise<void> {
  const child = start(folder);
  const exited = once(child, 'exit');
  await once(child, 'message');
  await setTimeout(Math.random() * LONGEST_LIFE_MS);
  child.kill('SIGKILL');
  await exited;
}

function idsAfter(word: string, log: readonly string[]): string[] {
  return log.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

describe('coordinator under kill -9', () => {
  it(
    'does every piece of work, in the order of its key, and again only what was running',
    async () => {
      const folder = await temporaryFolder();
      for (let round = 0; round < ROUNDS; round += 1) await killAtRandomMoment(folder);
      const [exitCode] = (await once(start(folder), 'exit')) as [number];
      expect(exitCode).toBe(0);

      const log = (await readFile(path.join(folder, 'calls.log'), 'utf8')).trim().split('\n');
      const [begun, ended] = [idsAfter('begin', log), idsAfter('end', log)];
      const all = Array.from({ length: PIECES }, (_, n) => String(n));
      expect([...new Set(ended)].toSorted()).toEqual(all.toSorted());
      expect(begun.length - PIECES).toBeLessThanOrEqual(ROUNDS * CONCURRENCY);
      for (const parity of [0, 1]) {
        const ofKey = [...new Set(ended)].map(Number).filter((n) => n % 3 === 0 && n % 2 === parity);
        expect(ofKey).toEqual(ofKey.toSorted((left, right) => left - right));
      }
    },
    30_000 + ROUNDS * 5_000,
  );
});

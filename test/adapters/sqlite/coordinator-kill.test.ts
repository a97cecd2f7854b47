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

/** The words after `word` of each line that starts with it. */
function linesOf(word: string, log: readonly string[]): string[][] {
  return log.map((line) => line.split(' ')).flatMap(([first, ...rest]) => (first === word ? [rest] : []));
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? Infinity));
}

describe('coordinator under kill -9', () => {
  it(
    'does every piece of work, in the order of its key, and again only what was running, counting each try',
    async () => {
      const folder = await temporaryFolder();
      for (let round = 0; round < ROUNDS; round += 1) await killAtRandomMoment(folder);
      const [exitCode] = (await once(start(folder), 'exit')) as [number];
      expect(exitCode).toBe(0);

      const log = (await readFile(path.join(folder, 'calls.log'), 'utf8')).trim().split('\n');
      const begun = linesOf('begin', log).map(([id, attempt]) => ({ id, attempt: Number(attempt) }));
      const ended = [...new Set(linesOf('end', log).map(([id]) => Number(id)))];
      const all = Array.from({ length: PIECES }, (_, n) => n);
      expect(new Set(ended)).toEqual(new Set(all));
      expect(begun.length - PIECES).toBeLessThanOrEqual(ROUNDS * CONCURRENCY);
      for (const n of all)
        expect(begun.filter(({ id }) => id === String(n)).map(({ attempt }) => attempt)).toSatisfy(isAscending);
      for (const parity of [0, 1]) expect(ended.filter((n) => n % 3 === 0 && n % 2 === parity)).toSatisfy(isAscending);
    },
    30_000 + ROUNDS * 5_000,
  );
});

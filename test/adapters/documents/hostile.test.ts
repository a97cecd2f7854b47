import { afterAll, describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { makeParseProcess } from '../../support/make-parse-process.js';
import { hostileFiles } from './hostile-files.js';

/** When a file that would be read for ever is given up. */
const ENDLESS_MS = 4_000;
/** Making and reading the largest takes some seconds, and a busy machine several times as many. */
const TIMEOUT_MS = 60_000;

describe('a hostile file', () => {
  /** No wait is longer than this. */
  let patienceMs = Infinity;
  const clock: Clock = {
    now: () => systemClock.now(),
    after: (delayMs, callback) => systemClock.after(Math.min(delayMs, patienceMs), callback),
  };
  const process = makeParseProcess({ clock });
  afterAll(() => process.stop());

  const read = (bytes: Uint8Array, name: string) =>
    process.parse(bytes, { name, signal: new AbortController().signal, onProgress() {} });

  it.each(hostileFiles)(
    'with $what ends as it must, and the next good file is read',
    async ({ name, make, ends, says = /./, isEndless = false }) => {
      const bytes = await make();
      patienceMs = isEndless ? ENDLESS_MS : Infinity;
      const end = await read(bytes, name).then(
        () => undefined,
        (error: unknown) => error as DocentError,
      );
      patienceMs = Infinity;
      if (end !== undefined) expect(end).toBeInstanceOf(DocentError);
      expect(ends).toContain(end?.code ?? 'read');
      if (end !== undefined) {
        expect(end.userMessage).toContain(`"${name}"`);
        expect(end.userMessage).toMatch(says);
      }
      const good = await read(Buffer.from('All is well.'), 'good.txt');
      expect(good.sections[0]?.blocks[0]?.text).toBe('All is well.');
    },
    TIMEOUT_MS,
  );
});

import { afterAll, describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { makeParseProcess } from '../../support/make-parse-process.js';
import { hostileFiles } from './hostile-files.js';

/** Short, because some of these files never end; a good file of this size needs a tenth. */
const MAX_STALL_MS = 4_000;

describe('a hostile file', () => {
  const process = makeParseProcess({ limits: { maxStallMs: MAX_STALL_MS } });
  afterAll(() => process.stop());

  const read = (bytes: Uint8Array, name: string) =>
    process.parse(bytes, { name, signal: new AbortController().signal, onProgress() {} });

  it.each(hostileFiles)(
    'with $what ends as it must, and the next good file is read',
    async ({ name, make, ends, says = /./ }) => {
      const end = await read(await make(), name).then(
        () => undefined,
        (error: unknown) => error as DocentError,
      );
      if (end !== undefined) expect(end).toBeInstanceOf(DocentError);
      expect(ends).toContain(end?.code ?? 'read');
      if (end !== undefined) {
        expect(end.userMessage).toContain(`"${name}"`);
        expect(end.userMessage).toMatch(says);
      }
      const good = await read(Buffer.from('All is well.'), 'good.txt');
      expect(good.sections[0]?.blocks[0]?.text).toBe('All is well.');
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedMap } from '../../src/core/bounded-map.js';
import { withDeadline } from '../../src/core/deadline.js';
import { documentNameOf } from '../../src/core/ingest/document-name.js';
import { nearNames } from '../../src/core/near-names.js';
import { createFakeClock } from '../support/fake-clock.js';

describe('bounded map', () => {
  it('forgets what was used longest ago', () => {
    const map = createBoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });

  it('counts a key that is set again as used, not twice', () => {
    const map = createBoundedMap<string, number>(2);
    for (const key of ['a', 'b', 'a', 'c']) map.set(key, 1);
    expect([map.get('a'), map.get('b'), map.size]).toEqual([1, undefined, 2]);
  });
});

describe('withDeadline', () => {
  const never = new AbortController().signal;

  it('gives back what the work gives in time, and forgets the deadline', async () => {
    const clock = createFakeClock();
    let signal: AbortSignal | undefined;
    const work = withDeadline({ clock, timeoutMs: 10, signal: never }, async (inTime) => {
      signal = inTime;
      return 'done';
    });
    expect(await work).toBe('done');
    await clock.advance(10);
    expect(signal?.aborted).toBe(false);
  });

  it('rejects at the deadline although the work does not listen', async () => {
    const clock = createFakeClock();
    const work = withDeadline({ clock, timeoutMs: 10, signal: never }, () => new Promise(() => {}));
    await Promise.all([expect(work).rejects.toMatchObject({ name: 'TimeoutError' }), clock.advance(10)]);
  });

  it('rejects with the reason of the signal, also one that is aborted already', async () => {
    const reason = new Error('gone');
    const options = { clock: createFakeClock(), timeoutMs: 10, signal: AbortSignal.abort(reason) };
    await expect(withDeadline(options, () => new Promise(() => {}))).rejects.toBe(reason);
  });
});

describe('documentNameOf', () => {
  it.each([
    ['handbook.pdf', 'handbook.pdf'],
    ['../../etc/passwd', 'etc/passwd'],
    ['C:\\Users\\ada\\plan.docx', 'Users/ada/plan.docx'],
    ['\u200B../plan.docx', 'plan.docx'],
    ['  my   plan.txt ', 'my plan.txt'],
    ['e\u0301te\u0301.md', 'été.md'],
    ['fdp\u202Eexe.pdf', 'fdpexe.pdf'],
  ])('calls %j %j', (file, name) => {
    expect(documentNameOf(file)).toBe(name);
  });

  it.each(['', '   ', '\u200B', '/./..', 'a'.repeat(201)])('refuses %j', (file) => {
    expect(() => documentNameOf(file)).toThrow('DOCUMENT_NAME_INVALID');
  });

  it('gives a name that stays the same, or none, whatever the file is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (file) => {
        let name: string;
        try {
          name = documentNameOf(file);
        } catch {
          return;
        }
        expect(documentNameOf(name)).toBe(name);
        expect(name.split('/')).not.toContain('..');
        expect(name).not.toMatch(/^\/|[\\\n]/);
      }),
    );
  });
});

describe('nearNames', () => {
  const names = ['handbook.pdf', 'Handbook 2025.pdf', 'faq.md', 'préavis.docx'];

  it.each([
    ['handbook', ['handbook.pdf', 'Handbook 2025.pdf']],
    ['handbok.pdf', ['handbook.pdf', 'Handbook 2025.pdf']],
    ['FAQ.txt', ['faq.md']],
    ['preavis', ['préavis.docx']],
    ['zebra.pdf', []],
    ['', []],
  ])('suggests for "%s" %j', (wanted, expected) => {
    expect(nearNames(wanted, names, 3)).toEqual(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../src/core/errors.js';
import { sourceFiles, withoutComments } from './sources.js';

const sources = sourceFiles('src').filter(({ path }) => path !== 'src/core/errors.ts');

describe('the error catalogue', () => {
  it('lists no code that nothing uses', () => {
    const code = sources.map(({ text }) => withoutComments(text)).join('\n');
    expect(Object.keys(errorCatalogue).filter((name) => name !== 'INTERNAL' && !code.includes(`'${name}'`))).toEqual(
      [],
    );
  });

  it('lists every code that is thrown', () => {
    const thrown = sources.flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(/DocentError\(\s*'([A-Z_]+)'/g)].map((match) => ({
        path,
        name: match[1] ?? '',
      })),
    );
    expect(thrown.length).toBeGreaterThan(0);
    expect(thrown.filter(({ name }) => !(name in errorCatalogue))).toEqual([]);
  });

  it('gives every code a sentence of its own', () => {
    const sentences = Object.values(errorCatalogue);
    expect(new Set(sentences).size).toBe(sentences.length);
    expect(sentences.filter((sentence) => !sentence.endsWith('.'))).toEqual([]);
  });
});

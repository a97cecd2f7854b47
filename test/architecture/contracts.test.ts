import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, resolveImport, sourceFiles } from './sources.js';

/** Shapes that other ports answer with; nothing implements them alone. */
const TYPES_ONLY = new Set(['health']);

const suites = sourceFiles('test/contracts').filter(({ path }) => path.endsWith('.contract.ts'));

describe('the contract suites', () => {
  it('are there for every port', () => {
    const covered = new Set(suites.map(({ path }) => basename(path, '.contract.ts')));
    const ports = sourceFiles('src/core/ports').map(({ path }) => basename(path, '.ts'));
    expect(ports.filter((port) => !TYPES_ONLY.has(port) && !covered.has(port))).toEqual([]);
  });

  it('are each run on at least one implementation, or are part of a suite that is', () => {
    const run = new Set(
      sourceFiles('test')
        .filter(({ path }) => path.endsWith('.test.ts') || path.endsWith('.contract.ts'))
        .flatMap((file) => importsOf(file).map(({ specifier }) => resolveImport(file, specifier))),
    );
    expect(suites.map(({ path }) => path).filter((path) => !run.has(path))).toEqual([]);
  });
});

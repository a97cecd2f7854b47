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

  it('are each run on at least one implementation', () => {
    const byPath = new Map(sourceFiles('test').map((file) => [file.path, file]));
    const run = new Set<string>();
    // A suite may be made of others.
    const visit = (path: string): void => {
      const file = byPath.get(path);
      if (file === undefined || run.has(path)) return;
      run.add(path);
      for (const { specifier } of importsOf(file)) visit(resolveImport(file, specifier) ?? '');
    };
    for (const path of byPath.keys()) if (path.endsWith('.test.ts')) visit(path);
    expect(suites.map(({ path }) => path).filter((path) => !run.has(path))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { type SourceFile, importsOf, packageOf, resolveImport, sourceFiles } from './sources.js';

const files = sourceFiles('src');
const byPath = new Map(files.map((file) => [file.path, file]));

/** Libraries without a service or a format of one adapter behind them: `marked` reads Markdown and draws it on the page. */
const SHARED_LIBRARIES = new Set(['zod', 'marked']);

/** Light packages that may be loaded at every start; everything else is imported where it is used. */
const LOADED_AT_START = new Set(['zod', 'hono', 'pino']);

function area(path: string): string {
  const [, top = '', second = ''] = path.split('/');
  if (top === 'adapters') return `adapters/${second}`;
  return top === 'core' || top === 'commands' ? top : 'composition';
}

/** What a file may not import, each as `file imports what`. */
function violations(file: SourceFile, allowed: (target: { area?: string; package?: string }) => boolean): string[] {
  return importsOf(file)
    .filter(({ specifier }) => !specifier.startsWith('node:'))
    .filter(({ specifier }) => {
      const path = resolveImport(file, specifier);
      return !allowed(path === undefined ? { package: packageOf(specifier) } : { area: area(path) });
    })
    .map(({ specifier }) => `${file.path} imports ${specifier}`);
}

function inArea(name: string): SourceFile[] {
  return files.filter(({ path }) => area(path) === name || area(path).startsWith(`${name}/`));
}

/** Packages reached by static imports from a file, each with the first chain that leads to it. */
function packagesLoadedBy(entry: string): Map<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (path: string, chain: readonly string[]): void => {
    const file = byPath.get(path);
    if (file === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { specifier, typeOnly, dynamic } of importsOf(file)) {
      if (typeOnly || dynamic || specifier.startsWith('node:')) continue;
      const target = resolveImport(file, specifier);
      if (target !== undefined) visit(target, [...chain, target]);
      else if (!found.has(packageOf(specifier))) found.set(packageOf(specifier), chain.join(' → '));
    }
  };
  visit(entry, [entry]);
  return found;
}

describe('the import rules', () => {
  it('let the core import the core, zod and Node alone', () => {
    expect(
      inArea('core').flatMap((file) => violations(file, (to) => to.area === 'core' || to.package === 'zod')),
    ).toEqual([]);
  });

  it('let an adapter import the core and itself, and no other adapter', () => {
    const wrong = inArea('adapters').flatMap((file) =>
      violations(file, (to) => to.package !== undefined || to.area === 'core' || to.area === area(file.path)),
    );
    expect(wrong).toEqual([]);
  });

  it('let commands import the core, zod and each other alone', () => {
    const wrong = inArea('commands').flatMap((file) =>
      violations(file, (to) => to.area === 'core' || to.area === 'commands' || to.package === 'zod'),
    );
    expect(wrong).toEqual([]);
  });

  it('keep each SDK inside one adapter', () => {
    const users = new Map<string, Set<string>>();
    for (const file of inArea('adapters'))
      for (const { specifier } of importsOf(file)) {
        const name = packageOf(specifier);
        if (
          resolveImport(file, specifier) === undefined &&
          !specifier.startsWith('node:') &&
          !SHARED_LIBRARIES.has(name)
        )
          users.set(name, (users.get(name) ?? new Set()).add(area(file.path)));
      }
    const shared = [...users].filter(([, adapters]) => adapters.size > 1);
    expect(shared.map(([name, adapters]) => `${name} is used by ${[...adapters].join(', ')}`)).toEqual([]);
  });

  it.each(['src/main.ts', 'src/cli.ts'])('load only light packages when %s starts', (entry) => {
    expect(byPath.has(entry)).toBe(true);
    const heavy = [...packagesLoadedBy(entry)].filter(([name]) => !LOADED_AT_START.has(name));
    expect(heavy.map(([name, chain]) => `${name} through ${chain}`)).toEqual([]);
  });
});

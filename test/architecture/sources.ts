import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A source file: its path from the project's root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** An import or re-export as it stands in a file. */
export interface Import {
  readonly specifier: string;
  /** Types only: gone at run time. */
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is reached. */
  readonly dynamic: boolean;
}

const STATIC_IMPORT = /^(?:import|export)\s+(?<type>type\s)?(?:[^'"();=]*?\sfrom\s+)?'(?<specifier>[^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*'(?<specifier>[^']+)'/g;

/** Every TypeScript file below a folder of the project; packages that are installed there are not of the project. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(process.cwd(), folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(process.cwd(), path), 'utf8') }));
}

/** The text with its comments blanked out, line numbers kept. Light: a `//` inside a string may go too. */
export function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/(^|\s)\/\/.*$/gm, '$1');
}

/** What a file imports, in order. */
export function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text);
  const statics = [...code.matchAll(STATIC_IMPORT)].map(({ groups }) => ({
    specifier: groups?.['specifier'] ?? '',
    typeOnly: groups?.['type'] !== undefined,
    dynamic: false,
  }));
  const dynamics = [...code.matchAll(DYNAMIC_IMPORT)].map(({ groups }) => ({
    specifier: groups?.['specifier'] ?? '',
    typeOnly: false,
    dynamic: true,
  }));
  return [...statics, ...dynamics];
}

/** The project path that a relative import means, or undefined for a package. */
export function resolveImport(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return normalize(join(dirname(file.path), specifier))
    .replaceAll('\\', '/')
    .replace(/\.js$/, '.ts');
}

/** The package of a specifier such as `hono/cookie` or `@hono/node-server`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

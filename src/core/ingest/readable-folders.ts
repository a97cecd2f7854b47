import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folders that a child needs to read files with these parsers: Docent's own program, each parser's folder, and the
 * libraries that either can import (every `node_modules` above it). Nothing else, so neither settings nor data.
 */
export function readableFolders(parserModules: readonly URL[]): string[] {
  const program = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const folders = [program, ...parserModules.map((module) => dirname(fileURLToPath(module)))];
  const libraries = folders.flatMap((folder) =>
    ancestors(folder)
      .map((ancestor) => join(ancestor, 'node_modules'))
      .filter((path) => existsSync(path)),
  );
  return [...new Set([...folders, ...libraries].flatMap((folder) => [folder, realpathSync(folder)]))];
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

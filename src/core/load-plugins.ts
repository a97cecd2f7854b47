import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { PlanProblem } from './plan.js';
import type { Plugin } from './plugin.js';

/** What must be true of any module's default export before the host trusts it to be a plugin. */
const pluginShape = z.object({ name: z.string(), description: z.string() }).loose();

/**
 * Imports outside plugins: paths (starting with `.` or `/`, relative to `folder`) or names of packages installed there.
 * What cannot be loaded becomes a problem beside the others; nothing is created yet.
 */
export async function loadPlugins(
  specifiers: readonly string[],
  folder: string,
): Promise<{ readonly plugins: readonly Plugin[]; readonly problems: readonly PlanProblem[] }> {
  const plugins: Plugin[] = [];
  const problems: PlanProblem[] = [];
  for (const specifier of specifiers) {
    try {
      const module = (await import(locate(specifier, folder))) as { readonly default?: unknown };
      if (pluginShape.safeParse(module.default).success) plugins.push(module.default as Plugin);
      else
        problems.push({
          where: specifier,
          problem: `"${specifier}" has no plugin as its default export. Export what definePlugin({ name, description, … }) returns.`,
        });
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      problems.push({
        where: specifier,
        problem: `The plugin "${specifier}" in DOCENT_PLUGINS cannot be loaded: ${reason}. Check its name or path, and that it is built and installed.`,
      });
    }
  }
  return { plugins, problems };
}

function locate(specifier: string, folder: string): string {
  const isPath = specifier.startsWith('.') || isAbsolute(specifier);
  return pathToFileURL(
    isPath ? resolve(folder, specifier) : createRequire(join(folder, 'package.json')).resolve(specifier),
  ).href;
}

/** The names and paths in a `DOCENT_PLUGINS` value. */
export function pluginSpecifiers(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

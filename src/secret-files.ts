import { readFile } from 'node:fs/promises';
import { coreSettingsSchema } from './core/core-settings.js';
import type { PlanProblem } from './core/plan.js';
import type { Plugin } from './core/plugin.js';
import { settingsOf } from './core/settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Takes secret settings from files: where `DOCENT_WEB_TOKEN_FILE` names one, its text without the last line end is
 * `DOCENT_WEB_TOKEN`. So a container's secrets show neither in its environment nor in what describes it.
 */
export async function readSecretFiles(
  plugins: readonly Plugin[],
  environment: Environment,
): Promise<{ readonly environment: Environment; readonly problems: readonly PlanProblem[] }> {
  const schemas = [
    { where: 'core', schema: coreSettingsSchema },
    ...plugins.flatMap(({ name, settings }) => (settings === undefined ? [] : [{ where: name, schema: settings }])),
  ];
  const read: Record<string, string> = {};
  const problems: PlanProblem[] = [];
  for (const { where, schema } of schemas)
    for (const { meta } of settingsOf(schema)) {
      const variable = `${meta.env}_FILE`;
      const path = environment[variable]?.trim() ?? '';
      if (meta.secret !== true || path === '') continue;
      if ((environment[meta.env] ?? '') !== '')
        problems.push({ where, problem: `${meta.env} and ${variable} are both set. Unset one of the two.` });
      try {
        read[meta.env] = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
      } catch (error) {
        const { code = 'it failed' } = error as NodeJS.ErrnoException;
        problems.push({
          where,
          problem: `${variable} names a file that cannot be read (${code}). Check its path, and that Docent's user may read it.`,
        });
      }
    }
  return { environment: { ...environment, ...read }, problems };
}

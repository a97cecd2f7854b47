import { resolve } from 'node:path';
import { socketPathOf } from '../adapters/terminal/socket-path.js';
import { connectTerminal } from '../adapters/terminal/terminal-client.js';
import { inspectEngines } from '../core/health/inspect-engines.js';
import type { Plan } from '../core/plan.js';
import { systemClock } from '../core/system-clock.js';
import { type LaunchOptions, PlanError, planLaunch } from '../launch.js';
import { type ComponentRow, readHealth } from './running-health.js';
import { type Screen, table } from './screen.js';

/**
 * Shows what would start and how every part is, with what to do about what is not well: the Docent that runs, or where
 * none does, how one would find its engines, also those that keep it from starting.
 * @returns whether nothing is unhealthy and Docent can start
 * @throws PlanError when the settings must be set right first; DocentError when one runs that cannot be used; the
 * signal's reason when aborted.
 */
export async function doctor(options: LaunchOptions, screen: Screen, signal: AbortSignal): Promise<boolean> {
  const result = await planLaunch({ ...options, environment: { DOCENT_LOG_LEVEL: 'silent', ...options.environment } });
  if ('problems' in result) throw new PlanError(result.problems);
  const { plan } = result;
  screen.write(describePlan(plan, options.folder));
  const socketPath = await socketPathOf(resolve(options.folder, plan.core.dataFolder));
  const running = await connectTerminal(socketPath, signal);
  if (running !== undefined) {
    screen.write('\nA Docent runs on the data folder; this is how it is.\n\n');
    return showHealth((await readHealth(running)).components, screen);
  }
  screen.write('\nNo Docent runs on the data folder; this is how one would find its engines.\n\n');
  screen.status({ text: 'Asking every engine how it is' });
  const { health, obstacles } = await inspectEngines(plan, {
    clock: systemClock,
    folder: options.folder,
    signal,
  });
  const isWell = showHealth(health.components, screen);
  if (obstacles.length === 0) return isWell;
  screen.write(
    `\nDocent cannot start:\n${obstacles.map(({ plugin, problem }) => `- ${plugin}: ${problem}\n`).join('')}`,
  );
  return false;
}

function describePlan({ core, plugins, commands, reports, parsers }: Plan, folder: string): string {
  const rows = plugins.map(({ plugin, engines }) => [plugin.name, engines.join(', '), plugin.description]);
  return [
    `Profile ${core.profile}, role ${core.role}, data folder ${resolve(folder, core.dataFolder)}, creator ${core.creator}\n\n`,
    table(['Plugin', 'Chosen for', 'What it is'], rows),
    `\nCommands: ${commands.length}. Reports: ${reports.length}. Parsers: ${parsers.map(({ label }) => label).join(', ')}.\n`,
  ].join('');
}

/** What several parts need is said once. */
function showHealth(components: readonly ComponentRow[], screen: Screen): boolean {
  screen.write(
    table(
      ['Part', 'State', 'What is seen'],
      components.map(({ component, state, detail }) => [component, state, detail]),
    ),
  );
  const byFix = new Map<string, string[]>();
  for (const { component, fix } of components)
    if (fix !== undefined) byFix.set(fix, [...(byFix.get(fix) ?? []), component]);
  for (const [fix, names] of byFix) screen.write(`\n${names.join(', ')}: ${fix}\n`);
  return components.every(({ state }) => state !== 'unhealthy');
}

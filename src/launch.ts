import { type RunningDocent, startDocent } from './core/app.js';
import { loadPlugins, pluginSpecifiers } from './core/load-plugins.js';
import { type PlanProblem, type PlanResult, planStart } from './core/plan.js';
import type { Role } from './core/roles.js';
import { systemClock } from './core/system-clock.js';
import { builtInCommands, builtInPlugins, builtInReports } from './plugins.js';
import { readSecretFiles } from './secret-files.js';

/** Where and with what Docent is launched. */
export interface LaunchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths and outside plugins are found from. */
  readonly folder: string;
  /** The role, whatever the settings say. */
  readonly role?: Role;
}

/** The plan could not be made: every problem, each with what to do. */
export class PlanError extends Error {
  readonly problems: readonly PlanProblem[];

  constructor(problems: readonly PlanProblem[]) {
    super(['Docent cannot start:', ...problems.map(({ where, problem }) => `- ${where}: ${problem}`)].join('\n'));
    this.name = 'PlanError';
    this.problems = problems;
  }
}

/** Loads outside plugins, reads secrets from files and makes the plan; starts nothing. */
export async function planLaunch({ environment, folder, role }: LaunchOptions): Promise<PlanResult> {
  const outside = await loadPlugins(pluginSpecifiers(environment['DOCENT_PLUGINS']), folder);
  const plugins = [...builtInPlugins, ...outside.plugins];
  const secrets = await readSecretFiles(plugins, environment);
  const result = planStart({
    plugins,
    environment: secrets.environment,
    commands: builtInCommands,
    reports: builtInReports,
    ...(role === undefined ? {} : { role }),
  });
  const problems = [...outside.problems, ...secrets.problems, ...('problems' in result ? result.problems : [])];
  return problems.length > 0 ? { problems } : result;
}

/**
 * Starts Docent with the built-in plugins and those of `DOCENT_PLUGINS`.
 * @throws PlanError when something must be set right first; DocentError when an engine cannot start.
 */
export async function launch(options: LaunchOptions): Promise<RunningDocent> {
  const result = await planLaunch(options);
  if ('problems' in result) throw new PlanError(result.problems);
  return startDocent(result.plan, { clock: systemClock, folder: options.folder });
}

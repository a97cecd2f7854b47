import type { z } from 'zod';
import type { CommandDefinition } from './chat/command.js';
import { type CoreSettings, coreSettingsSchema } from './core-settings.js';
import type { EngineName, Plugin } from './plugin.js';
import type { ParserContribution } from './ports/document-parser.js';
import { CORE_ENGINES, ENGINE_NAMES, engineVariable, profiles } from './profiles.js';
import type { Role } from './roles.js';
import type { ReportDefinition } from './reports/report.js';
import { readSettings } from './settings.js';

/** One thing that keeps Docent from starting, with what to do. */
export interface PlanProblem {
  /** `core`, or the plugin's name. */
  readonly where: string;
  readonly problem: string;
}

/** A plugin that takes part, with its settings and the engines it was chosen for. */
export interface PlannedPlugin {
  readonly plugin: Plugin;
  readonly settings: z.infer<z.ZodObject>;
  readonly engines: readonly EngineName[];
}

/** Everything that will be created, decided before anything is. */
export interface Plan {
  readonly core: CoreSettings;
  /** Whether the process lives for one command: nobody misses it afterwards. */
  readonly isForOneCommand: boolean;
  /** Providers before those who need them. */
  readonly plugins: readonly PlannedPlugin[];
  readonly commands: readonly CommandDefinition[];
  readonly reports: readonly ReportDefinition[];
  readonly parsers: readonly ParserContribution[];
}

/** What the plan is made from. */
export interface PlanInput {
  readonly plugins: readonly Plugin[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Commands and reports of the core itself. */
  readonly commands: readonly CommandDefinition[];
  readonly reports: readonly ReportDefinition[];
  /** The role, whatever the settings say; for a process that lives for one command. */
  readonly role?: Role;
}

/** The plan, or every reason why there is none. */
export type PlanResult = { readonly plan: Plan } | { readonly problems: readonly PlanProblem[] };

/** Decides what will run. Pure: it reads settings and manifests, and lists every problem at once. */
export function planStart(input: PlanInput): PlanResult {
  const problems: PlanProblem[] = [];
  const core = readSettings(coreSettingsSchema, input.environment);
  if ('problems' in core) {
    problems.push(...core.problems.map(({ problem }) => ({ where: 'core', problem })));
    // Which engines would be chosen is not known; what the other plugins lack is.
    enabledPlugins(input, problems);
    return { problems };
  }
  const chosen = chooseEngines(core.settings, input.plugins, problems);
  const enabled = enabledPlugins(input, problems);
  const required = requiredEngines(enabled, input.plugins, chosen, core.settings.endpoints);
  const settled = settleRole(core.settings, input, { required, chosen }, problems);
  const planned = input.plugins.flatMap((plugin) => {
    const engines = required.filter((engine) => chosen.get(engine) === plugin.name);
    const isWanted = enabled.some((one) => one.plugin === plugin) || engines.length > 0;
    if (!isWanted) return [];
    const settings =
      enabled.find((one) => one.plugin === plugin)?.settings ?? settingsOrProblems(plugin, input.environment, problems);
    return settings === undefined ? [] : [{ plugin, settings, engines }];
  });
  const commands = [...input.commands, ...planned.flatMap(({ plugin }) => plugin.commands ?? [])];
  const reports = [...input.reports, ...planned.flatMap(({ plugin }) => plugin.reports ?? [])];
  const parsers = planned.flatMap(({ plugin }) => plugin.parsers ?? []);
  const platforms = planned.flatMap(({ plugin }) => plugin.platforms ?? []);
  checkNames('plugin', input.plugins, problems);
  checkNames('command', commands, problems);
  checkNames('report', reports, problems);
  checkNames('parser', parsers, problems);
  checkNames(
    'chat platform',
    platforms.map((name) => ({ name })),
    problems,
  );
  const ordered = orderByNeeds(planned, chosen, problems);
  if (problems.length > 0) return { problems };
  const isForOneCommand = input.role !== undefined;
  return { plan: { core: settled, isForOneCommand, plugins: ordered, commands, reports, parsers } };
}

function chooseEngines(
  core: CoreSettings,
  plugins: readonly Plugin[],
  problems: PlanProblem[],
): Map<EngineName, string> {
  const profile = profiles[core.profile];
  if (profile === undefined) {
    const known = Object.keys(profiles).join(', ');
    problems.push({
      where: 'core',
      problem: `There is no profile "${core.profile}". Set DOCENT_PROFILE to one of: ${known}.`,
    });
    return new Map();
  }
  const chosen = new Map<EngineName, string>();
  for (const engine of ENGINE_NAMES) {
    const name = core[engine] ?? profile[engine];
    const providers = plugins.filter(({ provides }) => provides?.includes(engine)).map((plugin) => plugin.name);
    if (providers.includes(name)) chosen.set(engine, name);
    else
      problems.push({
        where: 'core',
        problem: `No plugin "${name}" provides the ${engine}. Set ${engineVariable(engine)} to one of: ${providers.join(', ') || '(none installed)'}.`,
      });
  }
  return chosen;
}

/** Plugins that take part by themselves; the ones that only provide engines wait to be chosen. */
function enabledPlugins(
  input: PlanInput,
  problems: PlanProblem[],
): { plugin: Plugin; settings: z.infer<z.ZodObject> }[] {
  return input.plugins.flatMap((plugin) => {
    const isEngineOnly =
      plugin.provides !== undefined &&
      plugin.platforms === undefined &&
      plugin.commands === undefined &&
      plugin.parsers === undefined &&
      plugin.reports === undefined;
    if (isEngineOnly) return [];
    const settings = settingsOrProblems(plugin, input.environment, problems);
    if (settings === undefined) return [];
    return plugin.enabled === undefined || plugin.enabled(settings) ? [{ plugin, settings }] : [];
  });
}

function settingsOrProblems(
  plugin: Plugin,
  environment: PlanInput['environment'],
  problems: PlanProblem[],
): z.infer<z.ZodObject> | undefined {
  if (plugin.settings === undefined) return {};
  const read = readSettings(plugin.settings, environment);
  if ('settings' in read) return read.settings;
  problems.push(...read.problems.map(({ problem }) => ({ where: plugin.name, problem })));
  return undefined;
}

/** The core's engines, those that enabled plugins need, and those that the providers need in turn. */
function requiredEngines(
  enabled: readonly { plugin: Plugin }[],
  plugins: readonly Plugin[],
  chosen: ReadonlyMap<EngineName, string>,
  hasEndpoints: boolean,
): EngineName[] {
  const endpoints: readonly EngineName[] = hasEndpoints ? ['httpServer'] : [];
  const required = new Set<EngineName>([
    ...CORE_ENGINES,
    ...endpoints,
    ...enabled.flatMap(({ plugin }) => plugin.needs ?? []),
  ]);
  for (const engine of required) {
    const provider = plugins.find(({ name }) => name === chosen.get(engine));
    for (const need of provider?.needs ?? []) required.add(need);
  }
  return [...required];
}

/** Processes that share work must see the same data; one that lives for a command keeps to its own data folder. */
function settleRole(
  core: CoreSettings,
  { role, plugins }: PlanInput,
  { required, chosen }: { readonly required: readonly EngineName[]; readonly chosen: ReadonlyMap<EngineName, string> },
  problems: PlanProblem[],
): CoreSettings {
  if (role !== undefined) return { ...core, role };
  const local = required.filter((engine) =>
    plugins.find(({ name }) => name === chosen.get(engine))?.local?.includes(engine),
  );
  if (core.role !== 'all' && local.length > 0)
    problems.push({
      where: 'core',
      problem: `DOCENT_ROLE is "${core.role}", but no other process sees what is kept here: ${local.join(', ')}. Choose engines that can be shared, such as those of DOCENT_PROFILE=server, or set DOCENT_ROLE=all.`,
    });
  return core;
}

function checkNames(kind: string, named: readonly { readonly name: string }[], problems: PlanProblem[]): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (!/^[a-z][a-z0-9-]{0,31}$/.test(name))
      problems.push({
        where: name,
        problem: `The ${kind} name "${name}" must be 1 to 32 lower-case letters, digits and hyphens, starting with a letter.`,
      });
    if (seen.has(name))
      problems.push({
        where: name,
        problem: `There are two ${kind}s called "${name}". Rename one, or leave its plugin out.`,
      });
    seen.add(name);
  }
}

/** Sorts providers before those who need them; a circle is a problem. The logger's provider comes first. */
function orderByNeeds(
  planned: readonly PlannedPlugin[],
  chosen: ReadonlyMap<EngineName, string>,
  problems: PlanProblem[],
): PlannedPlugin[] {
  const ordered: PlannedPlugin[] = [];
  const visiting = new Set<PlannedPlugin>();
  const visit = (one: PlannedPlugin): void => {
    if (ordered.includes(one)) return;
    if (visiting.has(one)) {
      problems.push({
        where: one.plugin.name,
        problem: `The plugin "${one.plugin.name}" needs an engine that, in a circle, needs itself. Choose another engine for one of them.`,
      });
      return;
    }
    visiting.add(one);
    for (const need of one.plugin.needs ?? []) {
      const provider = planned.find(({ plugin }) => plugin.name === chosen.get(need));
      if (provider !== undefined && provider !== one) visit(provider);
    }
    visiting.delete(one);
    ordered.push(one);
  };
  for (const one of planned.toSorted(
    (a, b) => Number(b.engines.includes('logger')) - Number(a.engines.includes('logger')),
  ))
    visit(one);
  return ordered;
}

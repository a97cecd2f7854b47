import { DocentError } from './errors.js';
import type { Plan, PlannedPlugin } from './plan.js';
import type { Contributions, EngineName, Engines } from './plugin.js';
import { pluginFailure } from './plugin-failure.js';
import type { Clock } from './ports/clock.js';
import type { Tuning } from './tuning.js';

/** The plugins of a plan, built and not yet started. */
export interface CreatedPlugins {
  readonly engines: Engines;
  /** In the order of creation. */
  readonly contributions: readonly { readonly name: string; readonly contributions: Contributions }[];
  /** Undoes every creation, newest first; goes on past failures and throws the first one at the end. */
  stop(): Promise<void>;
}

/** How plugins are built. */
export interface CreateOptions {
  readonly clock: Clock;
  readonly dataFolder: string;
  /** See `PluginContext`. */
  readonly tuning?: Tuning;
  /** Told of a plugin that cannot be built, in place of an end; those that need its engines cannot be built either. */
  readonly onFailure?: (planned: PlannedPlugin, error: DocentError) => void;
}

/**
 * Builds the plan's plugins, providers first. When one fails, those before it are stopped again.
 * @throws DocentError what a plugin's `create` threw, as `pluginFailure`; `INTERNAL` when a plugin does not give an engine
 * it was chosen for.
 */
export async function createPlugins(plan: Plan, options: CreateOptions): Promise<CreatedPlugins> {
  const engines: Partial<Engines> = {};
  const contributions: { name: string; contributions: Contributions }[] = [];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const { contributions: one } of contributions.toReversed())
      await one.stop?.().catch((error: unknown) => failures.push(error));
    contributions.length = 0;
    if (failures.length > 0) throw failures[0];
  };
  try {
    for (const planned of plan.plugins) {
      try {
        const made = await createOne(planned, engines, options);
        contributions.push({ name: planned.plugin.name, contributions: made });
        takeEngines(planned, made, engines);
      } catch (error) {
        const failure = pluginFailure(planned.plugin.name, error);
        if (options.onFailure === undefined) throw failure;
        options.onFailure(planned, failure);
      }
    }
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  return { engines: engines as Engines, contributions: [...contributions], stop };
}

async function createOne(
  { plugin, settings, engines: chosen }: PlannedPlugin,
  engines: Partial<Engines>,
  { clock, dataFolder, tuning }: CreateOptions,
): Promise<Contributions> {
  if (plugin.create === undefined) return {};
  const missing = plugin.needs?.find((need) => engines[need] === undefined);
  if (missing !== undefined)
    throw new DocentError('ENGINE_UNAVAILABLE', {
      userMessage: `The plugin "${plugin.name}" needs the engine "${missing}", which could not be made.`,
    });
  const visible = only(engines, plugin.needs ?? [], plugin.name);
  const logger =
    chosen.includes('logger') || engines.logger === undefined
      ? unavailable<Engines['logger']>('logger', plugin.name)
      : engines.logger.child({ plugin: plugin.name });
  const context = { settings, chosenFor: chosen, engines: visible, clock, logger, dataFolder };
  return plugin.create(tuning === undefined ? context : { ...context, tuning });
}

/** A view of the engines that holds what the plugin asked for; anything else is a mistake in its manifest. */
function only(engines: Partial<Engines>, needs: readonly EngineName[], plugin: string): Engines {
  return new Proxy(engines as Engines, {
    get(target, name: string): object {
      const engine: object | undefined = needs.includes(name as EngineName) ? target[name as EngineName] : undefined;
      return engine ?? unavailable(name, plugin);
    },
  });
}

function unavailable<Engine extends object>(name: string, plugin: string): Engine {
  return new Proxy({} as Engine, {
    get() {
      throw new DocentError('INTERNAL', {
        userMessage: `The plugin "${plugin}" uses the engine "${name}" without naming it in "needs".`,
      });
    },
  });
}

function takeEngines({ plugin, engines: chosen }: PlannedPlugin, made: Contributions, engines: Partial<Engines>): void {
  for (const name of chosen) {
    const engine = made.engines?.[name];
    if (engine === undefined)
      throw new DocentError('INTERNAL', {
        userMessage: `The plugin "${plugin.name}" was chosen for the engine "${name}" and did not create it.`,
      });
    Object.assign(engines, { [name]: engine });
  }
}

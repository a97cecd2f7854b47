import { composeCore } from './compose.js';
import { createPlugins } from './create-plugins.js';
import { makeDataFolder } from './data-folder.js';
import type { DocentError } from './errors.js';
import type { Plan } from './plan.js';
import { pluginFailure } from './plugin-failure.js';
import type { Clock } from './ports/clock.js';
import { answers } from './roles.js';
import type { Services } from './services.js';

/** A Docent that answers. */
export interface RunningDocent {
  /** Where its page is; undefined when no plugin serves one, or the role does not. */
  readonly url: string | undefined;
  readonly services: Services;
  /** Resolves, with what an operator can do, once every platform by which people reach it refused it for good. */
  readonly unreachable: Promise<DocentError>;
  /** Takes no new events, lets running work end for `drainMs`, and closes everything; the rest is done at the next start. */
  stop(drainMs: number): Promise<void>;
}

/** By which clock and from which folder Docent runs. */
export interface StartOptions {
  readonly clock: Clock;
  /** Folder that the data folder's relative path is found from. */
  readonly folder: string;
}

/** How long the engines may take to connect, in milliseconds. */
const START_TIMEOUT_MS = 60_000;

/**
 * Creates, connects and starts what the plan says, providers first. When a step fails, what was started before it is
 * stopped again.
 * @throws DocentError what a plugin threw, as `pluginFailure`, such as `DATA_FOLDER_IN_USE` or `ENGINE_UNAVAILABLE`.
 */
export async function startDocent(plan: Plan, { clock, folder }: StartOptions): Promise<RunningDocent> {
  const dataFolder = await makeDataFolder(plan.core, folder);
  const created = await createPlugins(plan, { clock, dataFolder });
  const { contributions, engines } = created;
  const adapters = contributions.flatMap(({ contributions: one }) => one.chatAdapters ?? []);
  const hasServer =
    (answers(plan.core.role) || plan.core.endpoints) &&
    plan.plugins.some(({ engines: chosen }) => chosen.includes('httpServer'));
  const core = composeCore({ plan, created, adapters, clock, dataFolder });
  if (hasServer) core.endpoints.mount(engines.httpServer);
  const stop = async (drainMs: number): Promise<void> => {
    // Adapters last: running replies need them. What they still take is durable and answered by the next process, or another
    // one at once; without them it would be missed, where a platform does not deliver again.
    await core.stop(drainMs);
    await Promise.allSettled(adapters.map((adapter) => adapter.stop()));
    if (hasServer) await engines.httpServer.stop(drainMs);
    await created.stop();
  };
  try {
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    for (const { name, contributions: one } of contributions)
      try {
        await one.start?.(signal);
      } catch (error) {
        throw pluginFailure(name, error);
      }
    await core.start();
    for (const adapter of core.adapters) await adapter.start(core.hostFor(adapter));
    if (hasServer) await engines.httpServer.start();
  } catch (error) {
    await stop(0).catch(() => undefined);
    throw error;
  }
  return {
    url: hasServer ? engines.httpServer.url : undefined,
    services: core.services,
    unreachable: core.unreachable,
    stop,
  };
}

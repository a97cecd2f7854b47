import { createPlugins } from '../create-plugins.js';
import { makeDataFolder } from '../data-folder.js';
import { untilAborted, withDeadline } from '../deadline.js';
import type { Plan } from '../plan.js';
import { pluginFailure } from '../plugin-failure.js';
import type { Clock } from '../ports/clock.js';
import { componentsOf, engineChecks } from './engine-checks.js';
import { type ComponentHealth, type HealthSummary, createHealthBoard, worstOf } from './health-board.js';

/** How long one plugin may take to connect, and one engine to say how it is, in milliseconds. */
const START_TIMEOUT_MS = 20_000;
const CHECK_TIMEOUT_MS = 10_000;

/** How a Docent would find its engines. */
export interface Inspection {
  readonly health: HealthSummary;
  /** Why it could not start, a plugin each. */
  readonly obstacles: readonly { readonly plugin: string; readonly problem: string }[];
}

/**
 * Builds and connects what the plan says, asks every engine how it is, and lets go of all of it; also where Docent could
 * not start. Nothing is answered and no work is done meanwhile.
 * @throws DocentError `SETTINGS_INVALID` when the data folder cannot be made; the signal's reason when aborted.
 */
export async function inspectEngines(
  plan: Plan,
  { clock, folder, signal }: { readonly clock: Clock; readonly folder: string; readonly signal: AbortSignal },
): Promise<Inspection> {
  const obstacles: { plugin: string; problem: string }[] = [];
  const missing: ComponentHealth[] = [];
  const fail = (plugin: string, error: unknown): void => {
    obstacles.push({ plugin, problem: pluginFailure(plugin, error).userMessage });
  };
  const created = await createPlugins(plan, {
    clock,
    dataFolder: await makeDataFolder(plan.core, folder),
    onFailure({ plugin: { name }, engines }, error) {
      fail(name, error);
      missing.push(...componentsOf(engines).map((component) => notMade(component, name)));
    },
  });
  try {
    await Promise.all(
      created.contributions.map(({ name, contributions: { start } }) =>
        withDeadline({ clock, timeoutMs: START_TIMEOUT_MS, signal }, async (inTime) => start?.(inTime)).catch(
          (error: unknown) => fail(name, error),
        ),
      ),
    );
    const own = created.contributions.flatMap(({ contributions }) => contributions.healthChecks ?? []);
    const checks = [...engineChecks(created.engines, []), ...own];
    const board = createHealthBoard({ checks, clock, checkTimeoutMs: CHECK_TIMEOUT_MS });
    const asked = await untilAborted(board.check(signal), signal);
    const components = [...asked.components, ...missing];
    return { health: { state: worstOf(components.map(({ state }) => state)), components }, obstacles };
  } finally {
    await created.stop().catch(() => undefined);
  }
}

function notMade(component: string, plugin: string): ComponentHealth {
  return { component, state: 'unhealthy', detail: `The plugin ${plugin} could not be made.`, checkMs: 0 };
}

import { resolve } from 'node:path';
import { socketPathOf } from '../adapters/terminal/socket-path.js';
import { connectTerminal } from '../adapters/terminal/terminal-client.js';
import { DocentError } from '../core/errors.js';
import { type LaunchOptions, PlanError, planLaunch } from '../launch.js';
import { readHealth } from './running-health.js';
import type { Screen } from './screen.js';

/** A Docent that has not answered by then is not well, in milliseconds. */
const TIMEOUT_MS = 15_000;

/**
 * Says in a line or two whether the Docent that runs on the data folder is well: for supervisors, such as a container's
 * HEALTHCHECK. Starts nothing. That another process of the same Docent is dead is no reason to restart this one.
 * @returns whether it answers and none of its parts is unhealthy
 * @throws PlanError, DocentError when it cannot be asked.
 */
export async function healthcheck(options: LaunchOptions, screen: Screen, stopped: AbortSignal): Promise<boolean> {
  const result = await planLaunch(options);
  if ('problems' in result) throw new PlanError(result.problems);
  const socketPath = await socketPathOf(resolve(options.folder, result.plan.core.dataFolder));
  const late = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const connection = await connectTerminal(socketPath, AbortSignal.any([stopped, late]));
    if (connection === undefined) {
      screen.write('No Docent runs on the data folder.\n');
      return false;
    }
    const { ownComponents } = await readHealth(connection);
    const sick = ownComponents.filter(({ state }) => state === 'unhealthy');
    for (const { component, detail } of sick) screen.write(`${component}: ${detail}\n`);
    if (sick.length === 0) screen.write('Well.\n');
    return sick.length === 0;
  } catch (error) {
    if (!late.aborted || stopped.aborted) throw error;
    throw new DocentError('TIMED_OUT', { userMessage: `Docent did not answer within ${TIMEOUT_MS / 1_000} seconds.` });
  }
}

import type { Health } from '../../core/ports/health.js';
import { toDocentError } from '../../core/errors.js';
import type { Workspaces } from './install/workspaces.js';
import type { HttpReceiver } from './receive/http-receiver.js';
import type { SocketReceiver } from './receive/socket-receiver.js';
import { EVENTS_PATH, INSTALL_PATH } from './app-surface.js';

/** How Slack is reached, in words an operator can act on. */
export async function checkHealth({
  workspaces,
  receiver,
  isStarted,
}: {
  readonly workspaces: Pick<Workspaces, 'count' | 'check'>;
  readonly receiver: HttpReceiver | SocketReceiver;
  readonly isStarted: boolean;
  readonly signal: AbortSignal;
}): Promise<Health> {
  try {
    await workspaces.check();
    const count = await workspaces.count();
    if (count === 0)
      return {
        state: 'degraded',
        detail: 'No Slack workspace has installed Docent yet.',
        fix: `Open ${INSTALL_PATH} in a browser and choose a workspace.`,
      };
    const where = count === 1 ? 'one workspace' : `${count} workspaces`;
    if ('isConnected' in receiver && isStarted && !receiver.isConnected)
      return {
        state: 'unhealthy',
        detail: 'The Socket Mode connection to Slack is down; Docent keeps trying.',
        fix: 'Check that this machine reaches slack.com and that SLACK_APP_TOKEN is valid and has connections:write.',
      };
    const how = 'isConnected' in receiver ? 'over Socket Mode' : `to ${EVENTS_PATH}`;
    return { state: 'healthy', detail: `Slack delivers ${how} for ${where}.` };
  } catch (error) {
    return {
      state: 'unhealthy',
      detail: toDocentError(error).userMessage,
      fix: 'Check SLACK_BOT_TOKEN and SLACK_TOKEN_KEY, and that this machine reaches slack.com.',
    };
  }
}

import type { Health } from '../../core/ports/health.js';
import { listed } from '../../core/chat/words.js';
import { type DocentError, toDocentError } from '../../core/errors.js';
import { HOW_TO_SET_TOKEN, type RefusedTokens } from './install/refused-tokens.js';
import type { Workspaces } from './install/workspaces.js';
import type { HttpReceiver } from './receive/http-receiver.js';
import type { SocketReceiver } from './receive/socket-receiver.js';
import { EVENTS_PATH, INSTALL_PATH } from './app-surface.js';

/** How Slack is reached, in words an operator can act on. */
export async function checkHealth({
  workspaces,
  refused,
  receiver,
  isStarted,
}: {
  readonly workspaces: Pick<Workspaces, 'count' | 'check'>;
  readonly refused: RefusedTokens;
  readonly receiver: HttpReceiver | SocketReceiver;
  readonly isStarted: boolean;
  readonly signal: AbortSignal;
}): Promise<Health> {
  try {
    await workspaces.check();
    if (refused.allRefused.aborted) return refusedHealth(refused);
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
    if (refused.isOwnRefused)
      return { state: 'degraded', detail: 'Slack refused SLACK_BOT_TOKEN.', fix: HOW_TO_SET_TOKEN };
    if (refused.owners.length > 0) return someRefused(refused.owners, where);
    const how = 'isConnected' in receiver ? 'over Socket Mode' : `to ${EVENTS_PATH}`;
    return { state: 'healthy', detail: `Slack delivers ${how} for ${where}.` };
  } catch (error) {
    if (refused.allRefused.aborted) return refusedHealth(refused);
    return {
      state: 'unhealthy',
      detail: toDocentError(error).userMessage,
      fix: 'Check SLACK_BOT_TOKEN and SLACK_TOKEN_KEY, and that this machine reaches slack.com.',
    };
  }
}

function refusedHealth({ allRefused }: RefusedTokens): Health {
  const { userMessage } = allRefused.reason as DocentError;
  return { state: 'unhealthy', detail: 'Slack refused Docent for good.', fix: userMessage };
}

const MAX_NAMED = 5;

function someRefused(owners: readonly string[], where: string): Health {
  const rest = owners.length > MAX_NAMED ? ` and ${owners.length - MAX_NAMED} more` : '';
  return {
    state: 'degraded',
    detail: `Of ${where}, Slack refuses the token of ${listed(owners.slice(0, MAX_NAMED))}${rest}.`,
    fix: `An admin there installs Docent again at ${INSTALL_PATH}.`,
  };
}

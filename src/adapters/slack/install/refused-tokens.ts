import { DocentError } from '../../../core/errors.js';
import type { Logger } from '../../../core/ports/logger.js';

/** The tokens that Slack takes no more, as this process found out by its calls. */
export interface RefusedTokens {
  /**
   * Aborts once nobody can be reached any more: Slack refused the token of the settings, and no workspace can install
   * Docent itself. The reason is an error that tells the operator what to do. No call is made any more then.
   */
  readonly allRefused: AbortSignal;
  /** Whether the token of the settings was refused. */
  readonly isOwnRefused: boolean;
  /** The workspaces and organisations whose own installations were refused, at most 1,000. */
  readonly owners: readonly string[];
  /** The token of the settings was refused, in Slack's own word. */
  refuseOwn(reason: string): void;
  /** The token of an installation was refused. */
  refuse(owner: string, reason: string): void;
  /** That installation's token opens its workspace, or there is no such installation any more. */
  clear(owner: string): void;
  /** @throws DocentError `SETTINGS_INVALID` once all are refused. */
  throwIfAllRefused(): void;
}

/** Owners that are kept; further ones are only logged. */
const MAX_OWNERS = 1_000;

/** None is refused yet. `isDistributed`: workspaces can install Docent themselves. */
export function createRefusedTokens({
  isDistributed,
  logger,
}: {
  readonly isDistributed: boolean;
  readonly logger: Logger;
}): RefusedTokens {
  const all = new AbortController();
  const owners = new Set<string>();
  let isOwnRefused = false;
  return {
    allRefused: all.signal,
    get isOwnRefused() {
      return isOwnRefused;
    },
    get owners() {
      return [...owners];
    },
    refuseOwn(reason) {
      if (isOwnRefused) return;
      isOwnRefused = true;
      const error = refusedForGood(reason);
      logger.error('slack.refused', { reason, fix: error.userMessage });
      if (!isDistributed) all.abort(error);
    },
    refuse(owner, reason) {
      if (owners.has(owner)) return;
      logger.warn('slack.token-refused', { owner, reason });
      if (owners.size < MAX_OWNERS) owners.add(owner);
    },
    clear: (owner) => void owners.delete(owner),
    throwIfAllRefused() {
      if (all.signal.aborted) throw cutOff();
    },
  };
}

/** How the token of the settings is set right. */
export const HOW_TO_SET_TOKEN =
  'Install the app again and copy its token anew (api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token) to SLACK_BOT_TOKEN, and restart Docent.';

function refusedForGood(reason: string): DocentError {
  return new DocentError('SETTINGS_INVALID', {
    userMessage: `Slack refused SLACK_BOT_TOKEN (${reason}). ${HOW_TO_SET_TOKEN}`,
  });
}

/** The operator is told once what to do, by the signal's reason; this is for the many calls that fail because of it. */
function cutOff(): DocentError {
  return new DocentError('SETTINGS_INVALID', {
    userMessage: 'Slack no longer takes the token of the bot. Nothing can be read or said there until it is set right.',
  });
}

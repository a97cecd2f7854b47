import { App, AuthorizationError, type Receiver } from '@slack/bolt';
import { DocentError } from '../../core/errors.js';
import { listenToHome } from './agent/listen-to-home.js';
import { listenToSession } from './agent/listen-to-session.js';
import { createBoltLogger } from './api/bolt-logger.js';
import { clientOptions } from './api/slack-api.js';
import { listenToButtons } from './commands/listen-to-buttons.js';
import { listenToCommands } from './commands/listen-to-commands.js';
import { listenToForms } from './commands/listen-to-forms.js';
import { listenToShortcuts } from './commands/listen-to-shortcuts.js';
import { listenToMessages } from './events/listen-to-messages.js';
import type { Listening } from './events/listening.js';
import { listenToRemoval } from './install/listen-to-removal.js';

/** Bolt's app with all of Docent's listeners. */
export function createSlackApp(receiver: Receiver, apiUrl: string, listening: Listening): App {
  const { workspaces, logger } = listening;
  const boltLogger = createBoltLogger(logger);
  const app = new App({
    receiver,
    logger: boltLogger,
    clientOptions: clientOptions(apiUrl, boltLogger),
    // Bolt would keep a state of every conversation in memory.
    convoStore: false,
    async authorize({ teamId, enterpriseId }) {
      const { botToken, botId, botUserId } = await workspaces.find({ teamId, enterpriseId });
      return { botToken, botId, botUserId };
    },
  });
  // What is thrown here leaves the delivery unacknowledged, so that Slack brings it again.
  app.error(async (error) => {
    if (isNotInstalled(error)) logger.info('slack.not-installed');
    else throw error;
  });
  for (const listen of [
    listenToMessages,
    listenToCommands,
    listenToForms,
    listenToShortcuts,
    listenToButtons,
    listenToHome,
    listenToSession,
    listenToRemoval,
  ])
    listen(app, listening);
  return app;
}

/** A workspace that took Docent away gets no answer, however often Slack delivers. */
function isNotInstalled(error: Error): boolean {
  if (!(error instanceof AuthorizationError)) return false;
  const { original } = error;
  return original instanceof DocentError && original.code === 'CHANNEL_UNAVAILABLE';
}

/**
 * What Docent is in Slack, in one place: what the code listens to and calls, which `manifest.json` declares. A test
 * compares the two.
 */

/** The platform's name in every address. */
export const PLATFORM = 'slack';

/** What the bot may do; each scope is needed by something below or by a method that is called. */
export const BOT_SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'usergroups:read',
  'users:read',
] as const;

/** Events that Docent listens to, with the message kinds that Slack names apart. */
export const BOT_EVENTS = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'tokens_revoked',
] as const;

/** Slash commands: `/docent` runs every other command. */
export const SLASH_COMMANDS = { ask: '/ask', ingest: '/ingest', docent: '/docent' } as const;

/** Shortcuts by their callback ids. */
export const SHORTCUTS = {
  /** On a message: its files become knowledge. */
  addToKnowledge: 'add_to_knowledge',
  /** Anywhere: a form that asks a question. */
  ask: 'ask_docent',
} as const;

/** Below this path everything of Slack is served. */
export const SLACK_PATH = '/slack';
/** Where Slack delivers events, commands and interactions. */
export const EVENTS_PATH = `${SLACK_PATH}/events`;
/** Where an admin of a workspace begins an installation. */
export const INSTALL_PATH = `${SLACK_PATH}/install`;
/** Where Slack leads back to after the consent. */
export const REDIRECT_PATH = `${SLACK_PATH}/oauth_redirect`;

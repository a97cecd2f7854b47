/** A shortcut that the app has. */
export interface RegisteredShortcut {
  readonly callbackId: string;
  readonly type: 'message' | 'global';
}

/** The app as it is registered with Slack: its secrets, and what its manifest declares. */
export interface AppRegistration {
  readonly appId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly signingSecret: string;
  /** The app-level token with `connections:write`. */
  readonly appToken: string;
  /** Scopes that an installation gets when none are named. */
  readonly botScopes: readonly string[];
  /** Subscribed events, named as in a manifest, such as `message.im`. */
  readonly botEvents: readonly string[];
  /** Slash commands with their `/`. */
  readonly commands: readonly string[];
  readonly shortcuts: readonly RegisteredShortcut[];
  /** Addresses that OAuth may lead back to, or what they begin with. */
  readonly redirectUrls: readonly string[];
  /** Declared as an agent: streams, sessions and statuses are allowed. */
  readonly isAgent: boolean;
}

/** An app with every scope and event that a question-answering app asks for. */
export const exampleApp: AppRegistration = {
  appId: 'A0DOCENT',
  clientId: '1111.2222',
  clientSecret: 'client-secret-of-the-app',
  signingSecret: 'signing-secret-of-the-app',
  appToken: 'xapp-1-A0DOCENT-1-aaaa',
  botScopes: [
    'app_mentions:read',
    'assistant:write',
    'chat:write',
    'commands',
    'files:read',
    'files:write',
    'channels:history',
    'groups:history',
    'im:history',
    'mpim:history',
    'channels:read',
    'groups:read',
    'im:read',
    'mpim:read',
    'im:write',
    'reactions:write',
    'users:read',
    'usergroups:read',
    'team:read',
  ],
  botEvents: [
    'app_mention',
    'app_home_opened',
    'app_context_changed',
    'agent_session_stopped',
    'agent_session_title_changed',
    'message.channels',
    'message.groups',
    'message.im',
    'message.mpim',
    'member_joined_channel',
    'member_left_channel',
    'channel_archive',
    'file_deleted',
    'app_uninstalled',
    'tokens_revoked',
  ],
  commands: ['/ask', '/ingest', '/docent'],
  shortcuts: [
    { callbackId: 'add_to_knowledge', type: 'message' },
    { callbackId: 'ask_docent', type: 'global' },
  ],
  redirectUrls: ['http://127.0.0.1', 'http://localhost', 'https://'],
  isAgent: true,
};

import { type ClientOptions, GatewayIntentBits, Options, Partials } from 'discord.js';

/** How the client of discord.js is set up. */
export interface ClientSetup {
  readonly apiUrl: string;
  /** Whether the words of every message are asked for. */
  readonly readsAll: boolean;
}

/** What is remembered of each kind: Docent keeps its own, smaller, memory of guilds and channels. */
const MAX_MEMBERS = 50;

/** The client's options: the least intents, and bounded caches. */
export function clientOptions({ apiUrl, readsAll }: ClientSetup): ClientOptions {
  return {
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(readsAll ? [GatewayIntentBits.MessageContent] : []),
    ],
    // Without it the client drops messages of threads and direct messages that it has not seen before.
    partials: [Partials.Channel],
    rest: { api: apiUrl },
    shards: 'auto',
    allowedMentions: { parse: [] },
    enforceNonce: true,
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      ThreadMemberManager: 0,
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildScheduledEventManager: 0,
      GuildMemberManager: { maxSize: MAX_MEMBERS, keepOverLimit: ({ id, client }) => id === client.user.id },
      UserManager: { maxSize: MAX_MEMBERS, keepOverLimit: ({ id, client }) => id === client.user.id },
    }),
    sweepers: { ...Options.DefaultSweeperSettings, threads: { interval: 3_600, lifetime: 3_600 } },
  };
}

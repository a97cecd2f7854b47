import { GatewayCloseCodes, GatewayDispatchEvents } from 'discord.js';
import { DocentError } from '../../../core/errors.js';
import { HOW_TO_READ_ALL } from '../admin/app-health.js';
import { TOKEN_REFUSED } from '../api/discord-errors.js';

/** What Docent wants to hear of. */
export const HEARD_EVENTS = [
  GatewayDispatchEvents.Ready,
  GatewayDispatchEvents.MessageCreate,
  GatewayDispatchEvents.InteractionCreate,
  GatewayDispatchEvents.GuildCreate,
  GatewayDispatchEvents.GuildDelete,
  GatewayDispatchEvents.GuildUpdate,
  GatewayDispatchEvents.GuildRoleCreate,
  GatewayDispatchEvents.GuildRoleUpdate,
  GatewayDispatchEvents.GuildRoleDelete,
  GatewayDispatchEvents.ChannelUpdate,
  GatewayDispatchEvents.ChannelDelete,
  GatewayDispatchEvents.ThreadCreate,
  GatewayDispatchEvents.ThreadUpdate,
  GatewayDispatchEvents.ThreadDelete,
] as const;
/** The name of something that is heard. */
export type HeardEvent = (typeof HEARD_EVENTS)[number];

/** How one shard is. */
export interface ShardState {
  readonly id: number;
  /** Whether events come through it, as far as is known. */
  readonly isReady: boolean;
  /** Grows with each sign of life: dispatches and acknowledged heartbeats. */
  readonly signs: number;
}

/** A connection to Discord's gateway, by one or more shards. It reconnects by itself after what passes. */
export interface Gateway {
  /**
   * Resolves when every shard is ready.
   * @throws DocentError `SETTINGS_INVALID` for what only a setting or the Developer Portal can change;
   * `ENGINE_UNAVAILABLE` when Discord cannot be reached
   */
  connect(): Promise<void>;
  readonly shards: readonly ShardState[];
  close(): Promise<void>;
}

/** What a gateway tells. */
export interface GatewayListener {
  /** Something happened. Must return at once: the next event waits for it. */
  dispatch(event: HeardEvent, data: unknown): void;
  /** A shard was closed for good; may be told more than once. */
  fail(error: DocentError): void;
}

/** Why Discord closed a connection for good, with what to do about it. */
export function explainClose(code: number): DocentError {
  const fixes: Readonly<Record<number, string>> = {
    [GatewayCloseCodes.AuthenticationFailed]: TOKEN_REFUSED,
    [GatewayCloseCodes.InvalidIntents]:
      'Discord does not know an intent that Docent asks for (4013). Check DISCORD_API_URL; where it is Discord itself, install a newer Docent.',
    [GatewayCloseCodes.DisallowedIntents]: `Discord does not let the app read the words of every message (4014). ${HOW_TO_READ_ALL}`,
    [GatewayCloseCodes.ShardingRequired]:
      'Discord wants more shards (4011). Restart Docent: the number is asked for at each start.',
  };
  return new DocentError('SETTINGS_INVALID', {
    userMessage: fixes[code] ?? `Discord closed the connection for good (code ${code}). Restart Docent; see the log.`,
  });
}

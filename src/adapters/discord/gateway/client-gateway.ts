import { Client, DiscordAPIError, Events, Status } from 'discord.js';
import { DocentError } from '../../../core/errors.js';
import type { Logger } from '../../../core/ports/logger.js';
import { type ClientSetup, clientOptions } from './client-options.js';
import { explainRefusal } from '../api/discord-errors.js';
import { type Gateway, type GatewayListener, HEARD_EVENTS, type HeardEvent, explainClose } from './gateway.js';

/** What a client connects with. */
export interface ClientGatewayOptions extends ClientSetup {
  readonly token: string;
  readonly listener: GatewayListener;
  readonly logger: Logger;
}

/** How `@discordjs/ws` words what ends a connection for good while it is made, by the close code. */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  'An invalid token was provided.': 4_004,
  'Authentication failed': 4_004,
  'Invalid shard': 4_010,
  'Sharding is required': 4_011,
  'Used an invalid API version': 4_012,
  'Used invalid intents': 4_013,
  'Used disallowed intents': 4_014,
};

/** Connects by a client of discord.js in this process, with as many shards as Discord asks for. */
export function createClientGateway(options: ClientGatewayOptions): Gateway {
  const { token, listener, logger } = options;
  const client = new Client(clientOptions(options));
  const dispatches = new Map<number, number>();

  const hear = (event: HeardEvent) => (data: unknown, shardId: number) => {
    dispatches.set(shardId, (dispatches.get(shardId) ?? 0) + 1);
    listener.dispatch(event, data);
  };
  for (const event of HEARD_EVENTS) client.ws.on(event, hear(event));
  client.on(Events.Error, (error) => logger.error('discord.client-failed', {}, error));
  const news = createShardNews();
  client.on(Events.ShardError, (error, shardId) => {
    if (news.isNew(shardId, 'failed', error.message)) logger.warn('discord.shard-failed', { shardId }, error);
  });
  client.on(Events.ShardReconnecting, (shardId) => {
    if (news.isNew(shardId, 'reconnecting')) logger.info('discord.shard-reconnecting', { shardId });
  });
  client.on(Events.ShardReady, news.forget);
  client.on(Events.ShardResume, (shardId, replayed) => {
    news.forget(shardId);
    logger.info('discord.shard-resumed', { shardId, replayed });
  });
  client.on(Events.ShardDisconnect, ({ code }, shardId) => {
    logger.warn('discord.shard-closed', { shardId, code });
    listener.fail(explainClose(code));
  });

  return {
    async connect() {
      const ready = new Promise<void>((resolve, reject) => {
        client.once(Events.ClientReady, () => resolve());
        client.once(Events.ShardDisconnect, ({ code }) => reject(explainClose(code)));
      });
      try {
        await Promise.all([client.login(token), ready]);
      } catch (error) {
        throw explainLogin(error);
      }
    },
    get shards() {
      return [...client.ws.shards.values()].map(({ id, status, lastPingTimestamp }) => ({
        id,
        isReady: status === Status.Ready,
        signs: (dispatches.get(id) ?? 0) + lastPingTimestamp,
      }));
    },
    close: () => client.destroy(),
  };
}

/** What was last told of a shard: where the gateway takes no connection, discord.js fails twice a second. */
function createShardNews() {
  const told = new Map<number, Map<string, string>>();
  return {
    /** Whether it is another than the last of its kind since the shard was well. */
    isNew(shardId: number, kind: 'failed' | 'reconnecting', detail = ''): boolean {
      const ofShard = told.get(shardId) ?? new Map<string, string>();
      told.set(shardId, ofShard);
      if (ofShard.get(kind) === detail) return false;
      ofShard.set(kind, detail);
      return true;
    },
    /** The shard is well again. */
    forget: (shardId: number): void => void told.delete(shardId),
  };
}

function explainLogin(error: unknown): DocentError {
  if (error instanceof DocentError) return error;
  const code = error instanceof Error ? CLOSE_CODES[error.message] : undefined;
  if (code !== undefined) return explainClose(code);
  if (error instanceof DiscordAPIError || !(error instanceof Error)) return explainRefusal(error);
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: "Discord's gateway cannot be reached. It is tried again by itself.",
    retryable: true,
    cause: error,
  });
}

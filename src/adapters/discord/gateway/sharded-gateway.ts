import { fileURLToPath } from 'node:url';
import { type Shard, ShardingManager } from 'discord.js';
import { DocentError } from '../../../core/errors.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { ClientSetup } from './client-options.js';
import type { Gateway, GatewayListener, ShardState } from './gateway.js';
import { shardMessageSchema } from './shard-message.js';

/** What the shards' processes are started with. */
export interface ShardedGatewayOptions extends ClientSetup {
  readonly token: string;
  readonly shardCount: number;
  readonly listener: GatewayListener;
  readonly logger: Logger;
}

/** Connects by the `ShardingManager` of discord.js: a process for each shard, which is started again when it ends. */
export function createShardedGateway(options: ShardedGatewayOptions): Gateway {
  const { apiUrl, readsAll, token, shardCount, listener, logger } = options;
  const states = new Map<number, ShardState>();
  const manager = new ShardingManager(fileURLToPath(new URL('./shard-process.js', import.meta.url)), {
    // A number: `auto` would ask discord.com, whatever the address of the API is.
    totalShards: shardCount,
    token,
    shardArgs: [JSON.stringify({ apiUrl, readsAll })],
    respawn: true,
  });
  let isClosed = false;

  function fail(error: DocentError): void {
    close();
    listener.fail(error);
  }

  function receive(shard: Shard, raw: unknown): void {
    const message = shardMessageSchema.safeParse(raw).data;
    if (message === undefined || isClosed) return;
    switch (message.docent) {
      case 'dispatch':
        listener.dispatch(message.event, message.data);
        break;
      case 'state':
        states.set(shard.id, { id: shard.id, isReady: message.isReady, signs: message.signs });
        break;
      case 'failed':
        fail(new DocentError('SETTINGS_INVALID', { userMessage: message.userMessage }));
    }
  }

  manager.on('shardCreate', (shard) => {
    states.set(shard.id, { id: shard.id, isReady: false, signs: 0 });
    shard.on('message', (raw: unknown) => receive(shard, raw));
    shard.on('ready', () => states.set(shard.id, { id: shard.id, isReady: true, signs: 0 }));
    shard.on('error', (error) => logger.warn('discord.shard-failed', { shardId: shard.id }, error));
    shard.on('death', () => {
      states.set(shard.id, { id: shard.id, isReady: false, signs: 0 });
      if (!isClosed) logger.warn('discord.shard-process-ended', { shardId: shard.id });
    });
  });

  function close(): void {
    isClosed = true;
    for (const shard of manager.shards.values()) if (shard.process !== null) shard.kill();
  }

  return {
    async connect() {
      try {
        await manager.spawn();
      } catch (error) {
        throw new DocentError('ENGINE_UNAVAILABLE', {
          userMessage: 'A shard of Discord did not become ready. The log has the reason.',
          retryable: true,
          cause: error,
        });
      }
    },
    get shards() {
      return [...states.values()];
    },
    async close() {
      close();
    },
  };
}

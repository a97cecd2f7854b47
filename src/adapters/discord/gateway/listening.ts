import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { LogFields, Logger } from '../../../core/ports/logger.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import { createAcknowledgements } from '../events/acknowledge.js';
import type { AdminNotes } from '../admin/admin-notes.js';
import { hasMessageContent, readApplication } from '../api/application.js';
import { type CatchUpOptions, type ShardPlace, catchUp } from './catch-up.js';
import { createClientGateway } from './client-gateway.js';
import type { CommandRegistration } from '../commands/registration.js';
import { createDispatches } from './dispatches.js';
import type { Gateway, GatewayListener } from './gateway.js';
import { createIntake } from '../events/intake.js';
import { createInteractions } from '../events/interactions.js';
import type { KeyedQueue } from './keyed-queue.js';
import { createMessages } from '../events/messages.js';
import type { Replies } from '../reply/open-reply.js';
import { linkedChannels } from '../api/linked-channels.js';
import { type PermissionHolder, missingInChannel, missingPermissions, permissionsOf } from '../api/permissions.js';
import type { Places } from '../api/places.js';
import type { ReplyRecords } from '../reply/reply-records.js';
import type { RestApi } from '../api/rest-api.js';
import { createRoleOf } from '../api/roles.js';
import { createRootOf } from '../events/root-of.js';
import type { DiscordSettings } from '../settings.js';
import { createShardedGateway } from './sharded-gateway.js';
import type { WatchedThreads } from './watched-threads.js';
import type { Welcome } from '../admin/welcome.js';
import type { WireGuildCreate } from '../api/wire.js';

/** What a process that answers listens with. */
export interface ListeningOptions {
  readonly host: ChatHost;
  readonly token: string;
  readonly settings: DiscordSettings;
  readonly api: RestApi;
  readonly places: Places;
  readonly records: ReplyRecords;
  readonly replies: Replies;
  readonly watched: WatchedThreads;
  readonly adminNotes: AdminNotes;
  readonly commands: CommandRegistration;
  readonly welcome: Welcome;
  /** Has the links of channels. */
  readonly recordStore: RecordStore;
  readonly queue: KeyedQueue;
  botId(signal: AbortSignal): Promise<string>;
  /** Aborts when Docent stops. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
}

const READ_TIMEOUT_MS = 30_000;
const MS_PER_MINUTE = 60_000;

const gatewayInfoSchema = z.object({ shards: z.number().int().min(1) });

/**
 * Asks Discord who Docent is there, registers the commands where Discord lets it soon, and makes a connection that takes what
 * people say and start; not connected yet.
 * @throws DocentError as `RestApi.call`
 */
export async function createListening(options: ListeningOptions, fail: GatewayListener['fail']): Promise<Gateway> {
  const { settings, api, commands, botId, logger } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(READ_TIMEOUT_MS)]);
  const [application, ownId, info] = await Promise.all([
    readApplication(api, signal),
    botId(signal),
    api.call({ method: RequestMethod.Get, path: '/gateway/bot', signal }, gatewayInfoSchema),
  ]);
  await commands.publish(application.id);
  const readsAll = settings.messageContent && hasMessageContent(application);
  const dispatch = createHandlers(options, { ownId, readsAll });
  const shared = { apiUrl: settings.apiUrl, token: options.token, readsAll, listener: { dispatch, fail }, logger };
  return info.shards <= settings.shardsInProcess
    ? createClientGateway(shared)
    : createShardedGateway({ ...shared, shardCount: info.shards });
}

/** Who Docent is on Discord, and what it hears. */
interface Self {
  readonly ownId: string;
  readonly readsAll: boolean;
}

function createHandlers(options: ListeningOptions, { ownId, readsAll }: Self): GatewayListener['dispatch'] {
  const { host, settings, api, places, records, replies, watched, adminNotes, queue, signal, clock, logger } = options;
  const shared = {
    intake: createIntake({
      host,
      replies,
      signal,
      logger,
      async onAccepted(event) {
        if (!readsAll) adminNotes.tellOfMessageContent(event.address);
        await watched.note(event);
      },
    }),
    rootOf: createRootOf(records),
    roleOf: createRoleOf(settings),
    opensThreads: settings.answers === 'thread',
    followUpCommand: readsAll
      ? null
      : (host.commands.find((command) => command.answersQuestions === true)?.name ?? null),
    clock,
    logger,
  };
  const messages = createMessages({ ...shared, api, places, botId: ownId, signal });
  const takeInteraction = createInteractions({ ...shared, host, acknowledgements: createAcknowledgements(api) });
  const maxAgeMs = settings.catchUpMinutes * MS_PER_MINUTE;
  const catchUpOptions = { api, watched, messages, queue, maxAgeMs, clock, logger };
  return createDispatches({
    messages,
    takeInteraction,
    places,
    queue,
    onSession: (shard) => void catchUpAndLog(catchUpOptions, shard, signal),
    onGuild: (guild) => void meet(options, guild, ownId),
    logger,
  });
}

async function catchUpAndLog(options: CatchUpOptions, shard: ShardPlace, signal: AbortSignal): Promise<void> {
  try {
    const fetched = await catchUp(options, shard, signal);
    if (fetched > 0) options.logger.info('discord.caught-up', { fetched });
  } catch (error) {
    options.logger.warn('discord.not-caught-up', {}, error);
  }
}

/** Looks at what Docent may do in a guild, and says hello in one that it joined. */
async function meet(options: ListeningOptions, guild: WireGuildCreate, ownId: string): Promise<void> {
  const { welcome, logger } = options;
  const own = guild.members.find(({ user }) => user.id === ownId);
  if (own !== undefined) await lookAtPermissions(options, guild, { userId: ownId, roleIds: own.roles });
  try {
    await welcome(guild, ownId);
  } catch (error) {
    logger.warn('discord.welcome-not-posted', { guildId: guild.id }, error);
  }
}

/** Says in the log what is missing in a guild, and what its linked channels take away beyond that. Never throws. */
async function lookAtPermissions(
  { recordStore, logger }: ListeningOptions,
  guild: WireGuildCreate,
  holder: PermissionHolder,
): Promise<void> {
  const tell = (fields: LogFields, missing: readonly string[], fix: string): void => {
    const lacking = missing.join(', ');
    if (lacking !== '')
      logger.warn('discord.permissions-missing', { guildId: guild.id, ...fields, missing: lacking, fix });
  };
  const inGuild = missingPermissions(permissionsOf(guild, holder));
  tell({}, inGuild, "Give them to the bot's role in Server Settings → Roles.");
  try {
    for (const { channelId } of await linkedChannels(recordStore, guild.id)) {
      const channel = guild.channels.find(({ id }) => id === channelId);
      const missing = missingInChannel(guild, holder, channel?.permission_overwrites);
      tell({ channelId }, missing, "Give them to the bot's role in that channel: Edit Channel → Permissions.");
    }
  } catch (error) {
    logger.warn('discord.links-not-read', { guildId: guild.id }, error);
  }
}

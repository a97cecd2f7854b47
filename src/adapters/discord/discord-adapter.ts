import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import { DocentError } from '../../core/errors.js';
import type { ChatAdapter, ChatHost } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import type { RecordStore } from '../../core/ports/record-store.js';
import { createAdminNotes } from './admin/admin-notes.js';
import { createWelcome } from './admin/welcome.js';
import { commandPayloads } from './commands/command-payload.js';
import { type CommandRegistration, createCommandRegistration } from './commands/registration.js';
import { type Connection, createConnection } from './gateway/connection.js';
import { TOKEN_REFUSED } from './api/discord-errors.js';
import { createDownload } from './api/download.js';
import { createKeyedQueue } from './gateway/keyed-queue.js';
import { createListening } from './gateway/listening.js';
import { createMembership } from './api/membership.js';
import { createReplies } from './reply/open-reply.js';
import { createPlaces } from './api/places.js';
import { PLATFORM } from './platform.js';
import { createPost } from './reply/post.js';
import { createReplyRecords } from './reply/reply-records.js';
import type { RestApi } from './api/rest-api.js';
import { createRoleOf } from './api/roles.js';
import type { DiscordSettings } from './settings.js';
import { createWatchedThreads } from './gateway/watched-threads.js';
import { snowflakeSchema } from './api/wire.js';

/** What the adapter is made from. */
export interface DiscordAdapterOptions {
  readonly settings: DiscordSettings;
  readonly token: string;
  readonly api: RestApi;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Messages that may wait for their turn; Discord sends at most some hundred a second to one bot. */
const MAX_PENDING = 10_000;

/** Discord. Everything but hearing works over its HTTP API alone, in any process. */
export function createDiscordAdapter(options: DiscordAdapterOptions): ChatAdapter {
  const { settings, token, api, recordStore, clock, logger } = options;
  const stopping = new AbortController();
  const queue = createKeyedQueue(MAX_PENDING);
  const places = createPlaces({ api, clock });
  const records = createReplyRecords({ recordStore, clock, logger });
  const post = createPost({ api, recordStore, clock, logger });
  let host: ChatHost | undefined;
  let connection: Connection | undefined;
  let commands: CommandRegistration | undefined;
  let ownId: string | undefined;
  let refusal: DocentError | undefined;

  async function botId(signal: AbortSignal): Promise<string> {
    const call = { method: RequestMethod.Get, path: '/users/@me' as const, signal };
    ownId ??= (await api.call(call, selfSchema)).id;
    return ownId;
  }

  const adminNotes = createAdminNotes({
    api,
    places,
    wantsMessageContent: settings.messageContent,
    host: () => host,
    botId,
    logger,
  });
  const replies = createReplies({
    api,
    records,
    isStreaming: settings.streaming,
    onRefused: adminNotes.onRefused,
    clock,
    logger,
  });

  /** Discord refused Docent, which only an operator can change: nothing more is heard, and without a token nothing said. */
  function end(error: DocentError): void {
    if (refusal !== undefined) return;
    refusal = error;
    logger.error('discord.refused', { fix: error.userMessage });
    if (error.userMessage === TOKEN_REFUSED) api.refuseToken();
    connection?.close().catch((unclosed: unknown) => logger.warn('discord.close-failed', {}, unclosed));
    host?.fail(error);
  }
  api.tokenRefused.addEventListener('abort', () => end(api.tokenRefused.reason as DocentError), { once: true });

  return {
    platform: PLATFORM,

    async start(startedHost) {
      host = startedHost;
      const watched = createWatchedThreads({ recordStore, clock, logger });
      const welcome = createWelcome({ post, recordStore, logger });
      const { signal } = stopping;
      const payloads = commandPayloads({ host: startedHost, hasOperators: settings.operatorIds.length > 0 });
      commands = createCommandRegistration({
        api,
        recordStore,
        guildId: settings.guildId,
        payloads,
        signal,
        clock,
        logger,
      });
      const shared = {
        token,
        settings,
        api,
        places,
        records,
        replies,
        watched,
        adminNotes,
        commands,
        welcome,
        recordStore,
        queue,
      };
      connection = createConnection({
        createGateway: (fail) => createListening({ ...shared, host: startedHost, botId, signal, clock, logger }, fail),
        onRefused: end,
        clock,
        logger,
      });
      await connection.open();
      if (refusal !== undefined) throw refusal;
    },

    openReply: (event, signal) => replies.open(event, signal),
    post,
    membership: createMembership({ api, places, roleOf: createRoleOf(settings) }),
    download: createDownload({ api, cdnUrl: settings.cdnUrl, clock }),

    async health() {
      if (refusal !== undefined)
        return { state: 'unhealthy', detail: 'Discord refused Docent for good.', fix: refusal.userMessage };
      if (connection === undefined)
        return { state: 'healthy', detail: 'Not connected here: this process only replies.' };
      const health = connection.health();
      return (health.state === 'healthy' ? commands?.problem() : undefined) ?? health;
    },

    async stop() {
      stopping.abort(new DocentError('CANCELLED', { userMessage: 'I am being restarted. Try again in a minute.' }));
      await connection?.close();
      await queue.idle();
      await replies.stop();
    },
  };
}

const selfSchema = z.object({ id: snowflakeSchema });

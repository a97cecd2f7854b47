import { z } from 'zod';
import type { ChatEvent } from '../../core/chat/chat-event.js';
import type { DocentError } from '../../core/errors.js';
import type { ChatAdapter, ChatHost, Reply } from '../../core/ports/chat-adapter.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Logger } from '../../core/ports/logger.js';
import { PLATFORM } from './app-surface.js';
import { CLOSED, isRefused } from './api/slack-refusal.js';
import { createDownload } from './download.js';
import { drawParts } from './draw/message-parts.js';
import { drawPictures } from './draw/pictures.js';
import { createMembers } from './events/members.js';
import { checkHealth } from './health.js';
import type { RefusedTokens } from './install/refused-tokens.js';
import type { Workspace, Workspaces } from './install/workspaces.js';
import type { HttpReceiver } from './receive/http-receiver.js';
import type { SocketReceiver } from './receive/socket-receiver.js';
import { beginAgentSession } from './reply/agent-session.js';
import { createCapabilities } from './reply/capabilities.js';
import { createMessageReply } from './reply/message-reply.js';
import { type Posts, createPosts } from './reply/posts.js';
import { createPrivateReply } from './reply/private-reply.js';
import { type ReplyContext, readReplyContext, tenantOfEvent } from './reply/reply-context.js';
import { type ShownReply, createReplyMemory } from './reply/reply-memory.js';
import { createResponseUrls } from './reply/response-urls.js';
import { createSlackApp } from './slack-app.js';

/** What the adapter is made with. */
export interface SlackAdapterOptions {
  readonly apiUrl: string;
  readonly workspaces: Workspaces;
  readonly refused: RefusedTokens;
  readonly receiver: HttpReceiver | SocketReceiver;
  readonly managerGroups: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

const directSchema = z.object({ channel: z.object({ id: z.string() }) });
/** Posts of one key are looked for as far back as a missed report is caught up with. */
const POST_SEARCH_MS = 8 * 24 * 60 * 60_000;

/** Slack as a chat platform. Replies need no start: they find their workspace's token by the event. */
export function createSlackAdapter(options: SlackAdapterOptions): ChatAdapter {
  const { apiUrl, workspaces, refused, receiver, managerGroups, clock, logger } = options;
  const members = createMembers({ managerGroups, clock });
  const memory = createReplyMemory(clock);
  const capabilities = createCapabilities(clock);
  const responseUrls = createResponseUrls(apiUrl);
  const { allRefused } = refused;
  let app: ReturnType<typeof createSlackApp> | undefined;
  let host: ChatHost | undefined;

  /** Slack refused Docent, which only an operator can change: nothing more is taken. */
  function end(): void {
    app?.stop().catch((unclosed: unknown) => logger.warn('slack.close-failed', {}, unclosed));
    host?.fail(allRefused.reason as DocentError);
  }
  allRefused.addEventListener('abort', end, { once: true });

  const directChannelWith =
    ({ api }: Workspace, userId: string, signal: AbortSignal) =>
    async (): Promise<string> =>
      (await api.call('conversations.open', { users: userId }, { response: directSchema, signal })).channel.id;

  /** What stands of the reply already, as Slack knows it: since this process last looked, another may have gone on with it. */
  async function shownOf(event: ChatEvent, { kind, askedTs }: ReplyContext, posts: Posts): Promise<ShownReply> {
    const { channelId, threadId } = event.address;
    const place = { channelId, threadTs: kind === 'channel' ? null : threadId, askedTs };
    const known = memory.shown(event.id);
    const shown: ShownReply = known ?? { place, movedBecause: undefined, messages: [], stream: undefined };
    memory.keep(event.id, shown);
    if (known === undefined && memory.isNew(event.id)) return shown;
    // A job that posts its progress beside a question must not take the question's stream for its own.
    const isStreamed = kind === 'thread' && !isAboutFiles(event) && shown.movedBecause === undefined;
    const found = await posts.find(shown.place).catch((error: unknown) => {
      // What stands there cannot be read, nor added to: the outcome finds its way elsewhere.
      if (isRefused(error, ...CLOSED)) return [];
      throw error;
    });
    shown.messages = found
      .filter(({ ts, part }) => ts !== shown.stream?.ts && (part !== undefined || isStreamed))
      .map(({ ts }) => ({ ts, markdown: undefined, hasExtras: false }));
    return shown;
  }

  return {
    platform: PLATFORM,

    async start(startedHost) {
      allRefused.throwIfAborted();
      host = startedHost;
      app = createSlackApp(receiver, apiUrl, { host, workspaces, members, memory, responseUrls, clock, logger });
      await app.start();
    },

    async openReply(event, signal): Promise<Reply> {
      const context = readReplyContext(event);
      const workspace = await workspaces.find(tenantOfEvent(event));
      // A reply outlives the signal that it was opened under.
      const living = new AbortController().signal;
      const posts = createPosts(workspace, event.id, living);
      const openDirectChannel = directChannelWith(workspace, event.author.memberId, living);
      if (context.kind === 'private')
        return createPrivateReply({
          event,
          context,
          workspace,
          posts,
          responseUrls,
          openDirectChannel,
          clock,
          logger,
          signal: living,
        });
      signal.throwIfAborted();
      const shown = await shownOf(event, context, posts);
      const session = beginAgentSession({
        workspace,
        place: shown.place,
        userId: event.author.memberId,
        isWanted: shown.place.threadTs !== null && !isAboutFiles(event),
        capabilities,
        logger,
        signal: living,
      });
      return createMessageReply({
        event,
        workspace,
        posts,
        shown,
        session,
        capabilities,
        clock,
        logger,
        signal: living,
        openDirectChannel,
      });
    },

    async post({ workspaceId, channelId, threadId }, message, { key, signal }) {
      const workspace = await workspaces.find({ teamId: workspaceId });
      const posts = createPosts(workspace, key, signal);
      const askedTs = ((clock.now() - POST_SEARCH_MS) / 1_000).toFixed(6);
      const place = { channelId, threadTs: threadId, askedTs };
      const posted = (await posts.find(place)).filter(({ part }) => part !== undefined);
      const parts = drawParts(message);
      if (posted.length >= parts.length) return { messageIds: posted.map(({ ts }) => ts) };
      const drawn = drawParts(message, await drawPictures(message, { workspace, clock, logger, signal }));
      const messageIds: string[] = [];
      for (const [number, part] of drawn.entries())
        messageIds.push(posted.find((one) => one.part === number)?.ts ?? (await posts.post(place, number, part)));
      return { messageIds };
    },

    async membership(event, place, signal) {
      if (place.workspaceId !== event.address.workspaceId) return undefined;
      try {
        const workspace = await workspaces.find(tenantOfEvent(event));
        return await members.roleIn(workspace, event.author.memberId, place.channelId, signal);
      } catch (error) {
        if (isRefused(error) && !error.retryable) return undefined;
        throw error;
      }
    },

    download: createDownload({ workspaces, apiUrl }),

    health: (signal) => checkHealth({ workspaces, refused, receiver, isStarted: app !== undefined, signal }),

    async stop() {
      await app?.stop();
    },
  };
}

/** Whether the event's files are what it is about: those beside a question that was not said to Docent itself are left alone. */
function isAboutFiles({ attachments, body, address }: ChatEvent): boolean {
  if (attachments.length === 0) return false;
  return body.kind === 'command' || body.mentionsDocent || address.isDirect;
}

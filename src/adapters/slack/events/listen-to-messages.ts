import type { App } from '@slack/bolt';
import { z } from 'zod';
import { createBoundedMap } from '../../../core/bounded-map.js';
import type { Role } from '../../../core/chat/chat-event.js';
import { isRefused } from '../api/slack-refusal.js';
import type { Workspace } from '../install/workspaces.js';
import { chatEvent, commandBody } from './chat-events.js';
import { type Listening, accept, inTime } from './listening.js';
import {
  type SlackMessage,
  envelopeSchema,
  isDirectChannel,
  isWritten,
  slackMessageSchema,
  tenantOf,
} from './message-event.js';
import { attachmentsOf } from './slack-file.js';
import { type ReadText, readSlackText } from './slack-text.js';

const MAX_SEEN = 10_000;
/**
 * Slack tells anew of a mention whose message was edited. A mention that was forgotten and put in is answered; one that was
 * answered is known as long as the queue remembers it, which is longer than this, in milliseconds.
 */
const EDITED_WITHIN_MS = 60 * 60_000;
const foundSchema = z.object({ messages: z.array(slackMessageSchema.partial({ channel: true })).default([]) });

/**
 * Listens to what people write. A mention comes twice, as `message` and as `app_mention`, in any order; the two are one
 * event, and what `app_mention` leaves out, its files, is looked up when it comes first.
 */
export function listenToMessages(app: App, listening: Listening): void {
  const { host, workspaces, members, clock, logger } = listening;
  const seen = createBoundedMap<string, true>(MAX_SEEN);

  /**
   * The message as Slack keeps it; as the event has it where Slack does not let it be read.
   * @throws what keeps Slack from saying: it delivers again, where a file would be lost otherwise.
   */
  async function whole({ api }: Workspace, message: SlackMessage): Promise<SlackMessage> {
    const { channel, ts, thread_ts: threadTs } = message;
    try {
      const { messages } = await inTime(listening, (signal) =>
        threadTs === undefined || threadTs === ts
          ? api.call(
              'conversations.history',
              { channel, latest: ts, inclusive: true, limit: 1 },
              { response: foundSchema, signal },
            )
          : api.call(
              'conversations.replies',
              { channel, ts: threadTs, oldest: ts, inclusive: true, limit: 5 },
              { response: foundSchema, signal },
            ),
      );
      const found = messages.find((one) => one.ts === ts);
      return found?.files === undefined ? message : { ...message, files: found.files };
    } catch (error) {
      if (!isRefused(error) || error.retryable) throw error;
      logger.debug('slack.message-not-read');
      return message;
    }
  }

  async function roleOf(
    workspace: Workspace,
    message: SlackMessage,
    { mentionsDocent, isTalk }: { readonly mentionsDocent: boolean; readonly isTalk: boolean },
  ): Promise<Role> {
    const userId = message.user ?? '';
    // In direct talks the core asks where the person belongs; what is not said to Docent needs no role.
    if (isDirectChannel(message.channel) || !mentionsDocent) return members.knownRole(workspace, userId);
    try {
      return await inTime(listening, (signal) => members.role(workspace, userId, signal));
    } catch (error) {
      // Who may add files or run commands must be known where that can be; a question is answered all the same.
      if (isTalk || (isRefused(error) && !error.retryable)) return 'member';
      throw error;
    }
  }

  /** Slack has no commands in threads: a mention that is nothing but the name of one that needs no input runs it. */
  function commandIn({ text, mentionsDocent }: ReadText, isDirect: boolean): string | undefined {
    if (!mentionsDocent && !isDirect) return undefined;
    const named = host.commands.find(({ name, hidden, attachments = 'none' }) => {
      return name === text.toLowerCase() && hidden !== true && attachments === 'none';
    });
    return named?.input.safeParse({}).success === true ? named.name : undefined;
  }

  async function take(event: unknown, body: unknown, kind: 'message' | 'app_mention'): Promise<void> {
    const parsed = slackMessageSchema.safeParse(event);
    if (!parsed.success || !isWritten(parsed.data)) return;
    const workspace = await workspaces.find(tenantOf(envelopeSchema.parse(body)));
    const { channel, ts, user = '', thread_ts: threadTs = ts } = parsed.data;
    const id = [channel, ts];
    const key = [workspace.teamId, ...id].join('/');
    const isEdited = kind === 'app_mention' && parsed.data.edited !== undefined;
    if (isEdited && clock.now() - Number(ts) * 1_000 > EDITED_WITHIN_MS) return;
    if (kind === 'app_mention' && !isEdited && seen.get(key) === true) return;
    const isLookedUp = kind === 'app_mention' && parsed.data.files === undefined;
    const message = isLookedUp ? await whole(workspace, parsed.data) : parsed.data;
    const said = readSlackText(message.text, workspace.botUserId);
    const mentionsDocent = said.mentionsDocent || kind === 'app_mention';
    const hasFiles = message.files !== undefined;
    const command = hasFiles ? undefined : commandIn({ ...said, mentionsDocent }, isDirectChannel(channel));
    const isTalk = !hasFiles && command === undefined;
    const role = await roleOf(workspace, message, { mentionsDocent, isTalk });
    await accept(
      listening,
      chatEvent(
        { workspace, channelId: channel, threadTs, userId: user, role },
        {
          id,
          receivedAt: clock.now(),
          body: command === undefined ? { kind: 'message', ...said, mentionsDocent } : commandBody(command, {}),
          attachments: attachmentsOf(message.files ?? []),
          reply: { kind: 'thread', askedTs: ts },
        },
      ),
    );
    if (kind === 'message') seen.set(key, true);
  }

  app.event('message', ({ event, body }) => take(event, body, 'message'));
  app.event('app_mention', ({ event, body }) => take(event, body, 'app_mention'));
}

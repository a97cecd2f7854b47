import { z } from 'zod';
import { asWritten } from '../../../core/chat/escape.js';
import { notice } from '../../../core/chat/outgoing-message.js';
import { drawParts } from '../draw/message-parts.js';
import { slackTime } from '../events/chat-events.js';
import type { Listening } from '../events/listening.js';
import type { Workspace } from '../install/workspaces.js';
import { createPosts } from '../reply/posts.js';

const directSchema = z.object({ channel: z.object({ id: z.string() }) });

/** Tells a person something in their own talk with Docent, once for a subject. @throws SlackRefusal */
export async function tellDirectly(
  { clock }: Pick<Listening, 'clock'>,
  workspace: Workspace,
  userId: string,
  subject: string,
  text: string,
): Promise<void> {
  const { signal } = new AbortController();
  const opened = await workspace.api.call('conversations.open', { users: userId }, { response: directSchema, signal });
  const place = { channelId: opened.channel.id, threadTs: null, askedTs: slackTime(clock.now()) };
  const posts = createPosts(workspace, subject, signal);
  for (const [number, part] of drawParts(notice(asWritten(text))).entries()) await posts.post(place, number, part);
}

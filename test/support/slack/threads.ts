import { type Call, violate } from './method.js';
import { SlackError } from './slack-error.js';
import { type World, threadKey } from './state.js';
import type { AgentSession, Channel } from './world.js';

/**
 * The thread that a `thread_ts` means. That of a reply is recorded: Slack wants the root's.
 * @throws SlackError `invalid_thread_ts` for no timestamp, `thread_not_found` where no message has it
 */
export function threadRoot({ world, method }: Call, channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined;
  if (!/^\d{10}\.\d{6}$/.test(ts)) throw new SlackError('invalid_thread_ts');
  const message = channel.messages.get(ts);
  if (message === undefined) throw new SlackError('thread_not_found');
  if (message.threadTs !== undefined) violate(world, method, 'thread_ts_of_a_reply', [ts]);
  return message.threadTs ?? ts;
}

/** A status goes when the app answers. */
export function clearStatus({ statuses }: World, channelId: string, threadTs: string): void {
  statuses.delete(threadKey(channelId, threadTs));
}

/** The session at a thread, begun if there is none. */
export function openSession({ sessions }: World, channelId: string, threadTs: string): AgentSession {
  const key = threadKey(channelId, threadTs);
  const session = sessions.get(key) ?? { channelId, threadTs, status: 'active', title: undefined };
  sessions.set(key, session);
  return session;
}

import { z } from 'zod';
import { argument } from '../arguments.js';
import { describeMessage } from '../descriptions.js';
import { addMessage, recordPings, reviseMessage } from '../messages.js';
import { type ApiMethod, type Call, defineMethod, requireScope } from '../method.js';
import { limitPosts } from '../rate-limits.js';
import { ownMessage, postableChannel, visibleChannel } from '../reach.js';
import { checkShownFiles } from '../shown-files.js';
import { SlackError } from '../slack-error.js';
import type { World } from '../state.js';
import { covers } from '../tenants.js';
import { clearStatus, openSession, threadRoot } from '../threads.js';
import type { Channel, Message } from '../world.js';
import { MAX_MARKDOWN, checkBlocks } from '../message-content.js';
import { type Chunk, chunk, chunksOf, grown } from '../stream-blocks.js';
import { sessionStatus } from './assistant.js';

const chunks = argument.list(chunk).optional();
/** Streams end by themselves, traffic or not (measured: about five minutes). */
const STREAM_LIFE_MS = 5 * 60_000;

/** @throws SlackError `msg_too_long` when the stream's text is over the limit of a message, `invalid_blocks` */
function append(world: World, message: Message, added: readonly Chunk[]): void {
  const blocks = grown(message.blocks, added);
  const texts = blocks.flatMap((block) => (block.type === 'markdown' ? [block.text] : []));
  if (texts.join('').length > MAX_MARKDOWN) throw new SlackError('msg_too_long');
  checkBlocks(blocks);
  if (added.length > 0) reviseMessage(world, message, texts.join(''), blocks);
}

/** A message that still streams. @throws SlackError `message_not_in_streaming_state`, `stopped_by_user` */
function streaming(
  call: Call,
  channelId: string,
  ts: string,
): { readonly channel: Channel; readonly message: Message } {
  const channel = visibleChannel(call, channelId);
  const message = ownMessage(call, channel, ts, 'message_not_owned_by_app');
  if (message.stream === 'stopped_by_user') throw new SlackError('stopped_by_user');
  if (message.stream !== 'in_progress') throw new SlackError('message_not_in_streaming_state');
  return { channel, message };
}

const startStream = defineMethod({
  scopes: ['chat:write'],
  shape: {
    channel: argument.text,
    thread_ts: argument.text,
    markdown_text: argument.text.optional(),
    chunks,
    recipient_team_id: argument.text.optional(),
    recipient_user_id: argument.text.optional(),
    task_display_mode: z.enum(['timeline', 'plan']).optional(),
    username: argument.text.optional(),
    icon_emoji: argument.text.optional(),
    icon_url: argument.text.optional(),
  },
  run(call, values) {
    const { world, installation, events } = call;
    if (!world.behaviour.streamingIsEnabled) throw new SlackError('feature_not_enabled');
    const channel = postableChannel(call, values.channel);
    if ('username' in values || 'icon_emoji' in values || 'icon_url' in values)
      requireScope(call, 'chat:write.customize');
    if (channel.kind !== 'im') requireRecipient(call, values.recipient_team_id, values.recipient_user_id);
    const root = threadRoot(call, channel, values.thread_ts) ?? values.thread_ts;
    const first = chunksOf(values);
    const blocks = grown([], first);
    checkBlocks(blocks);
    limitPosts(world, channel.id);
    const message = addMessage(world, channel, {
      userId: installation.botUserId,
      botId: installation.botId,
      threadTs: root,
      text: '',
      stream: 'in_progress',
    });
    append(world, message, first);
    world.clock.after(STREAM_LIFE_MS, () => {
      if (message.stream === 'in_progress') message.stream = 'expired';
    });
    clearStatus(world, channel.id, root);
    if (world.app.isAgent) openSession(world, channel.id, root).status = 'processing';
    events.posted(channel, message);
    return { channel: channel.id, ts: message.ts };
  },
});

function requireRecipient({ world, installation }: Call, teamId: string | undefined, userId: string | undefined): void {
  if (teamId === undefined) throw new SlackError('missing_recipient_team_id');
  if (userId === undefined) throw new SlackError('missing_recipient_user_id');
  if (!covers(world, installation, teamId)) throw new SlackError('team_not_found');
  if (world.users.get(userId)?.teamId !== teamId) throw new SlackError('user_not_found');
}

const appendStream = defineMethod({
  scopes: ['chat:write'],
  shape: { channel: argument.text, ts: argument.text, markdown_text: argument.text.optional(), chunks },
  run(call, values) {
    const { channel, message } = streaming(call, values.channel, values.ts);
    const added = chunksOf(values);
    if (added.length === 0) throw new SlackError('no_text');
    append(call.world, message, added);
    return { channel: channel.id, ts: message.ts };
  },
});

const stopStream = defineMethod({
  scopes: ['chat:write'],
  shape: {
    channel: argument.text,
    ts: argument.text,
    markdown_text: argument.text.optional(),
    chunks,
    blocks: argument.blocks.optional(),
    metadata: argument.metadata.optional(),
    session_status: sessionStatus.optional(),
  },
  run(call, values) {
    const { world, events } = call;
    const { channel, message } = streaming(call, values.channel, values.ts);
    checkShownFiles(call, values.blocks ?? []);
    const before = describeMessage(world, message);
    const closing: Chunk[] = values.blocks === undefined ? [] : [{ type: 'blocks', blocks: values.blocks }];
    append(world, message, [...chunksOf(values), ...closing]);
    message.stream = 'completed';
    message.metadata = values.metadata;
    recordPings(world, channel.id, message.text, message.blocks);
    if (world.app.isAgent && message.threadTs !== undefined)
      openSession(world, channel.id, message.threadTs).status = values.session_status ?? 'active';
    events.changed(channel, message, before);
    return { channel: channel.id, ts: message.ts, message: describeMessage(world, message) };
  },
});

/** Methods that stream an answer. */
export const streamMethods: Readonly<Record<string, ApiMethod>> = {
  'chat.startStream': startStream,
  'chat.appendStream': appendStream,
  'chat.stopStream': stopStream,
};

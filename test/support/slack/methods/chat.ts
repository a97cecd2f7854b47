import type { z } from 'zod';
import { argument } from '../arguments.js';
import type { MessageBlock } from '../block-kit/blocks.js';
import { describeMessage } from '../descriptions.js';
import { readContent } from '../message-content.js';
import { addMessage, recordPings, reviseMessage } from '../messages.js';
import { type ApiMethod, type Call, defineMethod, requireScope, violate } from '../method.js';
import { ownMessage, postableChannel, visibleChannel } from '../reach.js';
import { checkShownFiles } from '../shown-files.js';
import { SlackError } from '../slack-error.js';
import { limitPosts } from '../rate-limits.js';
import { clearStatus, threadRoot } from '../threads.js';

const content = {
  text: argument.text.optional(),
  blocks: argument.blocks.optional(),
  attachments: argument.anything,
  markdown_text: argument.text.optional(),
  parse: argument.text.optional(),
  link_names: argument.flag.optional(),
  as_user: argument.flag.optional(),
};
const authorship = {
  username: argument.text.optional(),
  icon_emoji: argument.text.optional(),
  icon_url: argument.text.optional(),
};

/** Text beyond this is cut off (reference/methods/chat.postMessage). */
const MAX_TEXT = 40_000;
/** `chat.update` counts bytes behind the escaping. */
const MAX_UPDATE_BYTES = 4_000;

function requireAuthorship(call: Call, values: z.infer<z.ZodObject<typeof authorship>>): void {
  if (Object.keys(authorship).some((name) => name in values)) requireScope(call, 'chat:write.customize');
}

/** Notes what is no refusal: text that is cut, and blocks that notifications cannot show. */
function noteWeakness(
  { world, method }: Call,
  { text, blocks }: { text: string; blocks: readonly MessageBlock[] },
): void {
  if (text.length > MAX_TEXT) violate(world, method, 'text_is_cut', [`${text.length} characters`]);
  if (text === '' && blocks.length > 0)
    violate(world, method, 'missing_text', ['blocks without a text for notifications']);
}

const postMessage = defineMethod({
  scopes: ['chat:write'],
  shape: {
    channel: argument.text,
    ...content,
    ...authorship,
    metadata: argument.metadata.optional(),
    thread_ts: argument.text.optional(),
    reply_broadcast: argument.flag.optional(),
    unfurl_links: argument.flag.optional(),
    unfurl_media: argument.flag.optional(),
    mrkdwn: argument.flag.optional(),
  },
  run(call, values) {
    const { world, installation, events } = call;
    const channel = postableChannel(call, values.channel);
    requireAuthorship(call, values);
    const { text, blocks } = readContent(values);
    checkShownFiles(call, blocks);
    limitPosts(world, channel.id);
    noteWeakness(call, { text, blocks });
    const root = threadRoot(call, channel, values.thread_ts);
    const message = addMessage(world, channel, {
      userId: installation.botUserId,
      botId: installation.botId,
      text: text.slice(0, MAX_TEXT),
      blocks,
      metadata: values.metadata,
      unfurlLinks: values.unfurl_links,
      unfurlMedia: values.unfurl_media,
      ...(root === undefined ? {} : { threadTs: root }),
    });
    recordPings(world, channel.id, text, blocks);
    if (root !== undefined) clearStatus(world, channel.id, root);
    events.posted(channel, message);
    return { channel: channel.id, ts: message.ts, message: describeMessage(world, message) };
  },
});

const postEphemeral = defineMethod({
  scopes: ['chat:write'],
  shape: {
    channel: argument.text,
    user: argument.text,
    ...content,
    ...authorship,
    thread_ts: argument.text.optional(),
  },
  run(call, values) {
    const { world } = call;
    const channel = postableChannel(call, values.channel);
    requireAuthorship(call, values);
    const { text, blocks } = readContent(values);
    checkShownFiles(call, blocks);
    if (!world.users.has(values.user)) throw new SlackError('user_not_found');
    if (!channel.memberIds.has(values.user)) throw new SlackError('user_not_in_channel');
    noteWeakness(call, { text, blocks });
    const root = threadRoot(call, channel, values.thread_ts);
    const ts = world.ids.ts();
    world.ephemerals.push({ userId: values.user, channelId: channel.id, ts, threadTs: root, text, blocks });
    return { message_ts: ts };
  },
});

const update = defineMethod({
  scopes: ['chat:write'],
  shape: {
    channel: argument.text,
    ts: argument.text,
    ...content,
    metadata: argument.metadata.optional(),
    reply_broadcast: argument.flag.optional(),
    file_ids: argument.list(argument.text).optional(),
  },
  run(call, values) {
    const { world, events } = call;
    const channel = visibleChannel(call, values.channel);
    const message = ownMessage(call, channel, values.ts, 'cant_update_message');
    if (channel.isArchived) throw new SlackError('is_archived');
    if (message.stream === 'in_progress') throw new SlackError('streaming_state_conflict');
    const { text, blocks } = readContent(values);
    checkShownFiles(call, blocks);
    if (Buffer.byteLength(escaped(values.text ?? '')) > MAX_UPDATE_BYTES) throw new SlackError('msg_too_long');
    const before = describeMessage(world, message);
    // A text without blocks takes the blocks away, as on Slack.
    reviseMessage(world, message, text, blocks);
    message.isEdited = true;
    if (values.metadata !== undefined) message.metadata = values.metadata;
    recordPings(world, channel.id, text, blocks);
    events.changed(channel, message, before);
    return { channel: channel.id, ts: message.ts, text, message: describeMessage(world, message) };
  },
});

const remove = defineMethod({
  scopes: ['chat:write'],
  shape: { channel: argument.text, ts: argument.text, as_user: argument.flag.optional() },
  run(call, { channel: channelId, ts }) {
    const channel = visibleChannel(call, channelId);
    const message = ownMessage(call, channel, ts, 'cant_delete_message');
    const before = describeMessage(call.world, message);
    channel.messages.delete(ts);
    call.events.deleted(channel, before);
    return { channel: channel.id, ts };
  },
});

/** `&`, `<` and `>` as Slack counts them. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Methods that post, change and delete messages. */
export const chatMethods: Readonly<Record<string, ApiMethod>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
};

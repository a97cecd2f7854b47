import { z } from 'zod';
import { argument } from '../arguments.js';
import { describeChannel, describeMessage, type Payload } from '../descriptions.js';
import { repliesOf } from '../messages.js';
import { type ApiMethod, type Call, defineMethod, requireScope, workspaceOf } from '../method.js';
import { paginate } from '../pages.js';
import { SCOPE_NOUN, readableChannel, visibleChannel } from '../reach.js';
import { SlackError } from '../slack-error.js';
import { addChannel, covers, directChannel } from '../tenants.js';
import type { Message } from '../world.js';

const page = { limit: argument.count(1_000).optional(), cursor: argument.text.optional() };
const window = {
  latest: argument.text.optional(),
  oldest: argument.text.optional(),
  inclusive: argument.flag.optional(),
  include_all_metadata: argument.flag.optional(),
  ...page,
};
type Window = z.infer<z.ZodObject<typeof window>>;

/** Messages between `oldest` and `latest`. With both the same, nothing is between them, inclusive or not. */
function within(messages: readonly Message[], { latest, oldest, inclusive = false }: Window): Message[] {
  if (latest !== undefined && latest === oldest) return [];
  const above = (ts: string): boolean => oldest === undefined || (inclusive ? ts >= oldest : ts > oldest);
  const below = (ts: string): boolean => latest === undefined || (inclusive ? ts <= latest : ts < latest);
  return messages.filter(({ ts }) => above(ts) && below(ts));
}

function describe({ world }: Call, message: Message, includeMetadata: boolean | undefined): Payload {
  const withMetadata = includeMetadata === true && message.metadata !== undefined;
  return { ...describeMessage(world, message), ...(withMetadata ? { metadata: message.metadata } : {}) };
}

const history = defineMethod({
  shape: { channel: argument.text, ...window },
  run(call, values) {
    const channel = readableChannel(call, values.channel);
    const roots = [...channel.messages.values()].filter(({ threadTs }) => threadTs === undefined).toReversed();
    const { items, ...rest } = paginate(within(roots, values), values);
    return { ...rest, messages: items.map((message) => describe(call, message, values.include_all_metadata)) };
  },
});

const replies = defineMethod({
  shape: { channel: argument.text, ts: argument.text, ...window },
  run(call, values) {
    const channel = readableChannel(call, values.channel);
    const asked = channel.messages.get(values.ts);
    if (asked === undefined) throw new SlackError('thread_not_found');
    const root = channel.messages.get(asked.threadTs ?? asked.ts) ?? asked;
    const { items, ...rest } = paginate(within(repliesOf(channel, root.ts), values), values);
    return {
      ...rest,
      messages: [root, ...items].map((message) => describe(call, message, values.include_all_metadata)),
    };
  },
});

const info = defineMethod({
  shape: {
    channel: argument.text,
    include_num_members: argument.flag.optional(),
    include_locale: argument.flag.optional(),
  },
  run(call, values) {
    const channel = visibleChannel(call, values.channel);
    requireScope(call, `${SCOPE_NOUN[channel.kind]}:read`);
    return { channel: describeChannel(channel, call.installation.botUserId) };
  },
});

const members = defineMethod({
  shape: { channel: argument.text, ...page },
  run(call, values) {
    const channel = visibleChannel(call, values.channel);
    requireScope(call, `${SCOPE_NOUN[channel.kind]}:read`);
    const { items, ...rest } = paginate([...channel.memberIds], values);
    return { ...rest, members: items };
  },
});

const open = defineMethod({
  shape: {
    channel: argument.text.optional(),
    users: argument.text.optional(),
    return_im: argument.flag.optional(),
    prevent_creation: argument.flag.optional(),
  },
  run(call, values) {
    const { world, installation } = call;
    if (values.channel !== undefined) return { channel: { id: visibleChannel(call, values.channel).id } };
    const userIds = (values.users ?? '').split(',').filter((id) => id !== '');
    const [first] = userIds;
    if (first === undefined) throw new SlackError('users_list_not_supplied');
    requireScope(call, userIds.length === 1 ? 'im:write' : 'mpim:write');
    for (const id of userIds) {
      const user = world.users.get(id);
      if (user === undefined || !covers(world, installation, user.teamId)) throw new SlackError('user_not_found');
      if (user.isDeleted) throw new SlackError('user_disabled');
      if (user.role === 'bot') throw new SlackError('cannot_dm_bot');
    }
    const teamId = world.users.get(first)?.teamId ?? '';
    const channel =
      userIds.length === 1
        ? directChannel(world, first)
        : addChannel(world, teamId, `mpdm-${userIds.join('-')}`, [...userIds, installation.botUserId], 'mpim');
    return { channel: { id: channel.id } };
  },
});

const KINDS = { public_channel: 'public', private_channel: 'private', im: 'im', mpim: 'mpim' } as const;
const typeName = z.enum(['public_channel', 'private_channel', 'im', 'mpim']);

const usersConversations = defineMethod({
  shape: {
    user: argument.text.optional(),
    team_id: argument.text.optional(),
    types: argument.text.optional(),
    exclude_archived: argument.flag.optional(),
    ...page,
  },
  run(call, values) {
    const { world, installation } = call;
    const teamId = workspaceOf(call, values.team_id);
    const asked = z.array(typeName).safeParse((values.types ?? 'public_channel').split(',').map((type) => type.trim()));
    if (!asked.success) throw new SlackError('invalid_types');
    const kinds = asked.data.map((type) => KINDS[type]);
    for (const kind of kinds) requireScope(call, `${SCOPE_NOUN[kind]}:read`);
    const userId = values.user ?? installation.botUserId;
    if (!world.users.has(userId)) throw new SlackError('user_not_found');
    const shared = [...world.channels.values()].filter(
      (channel) =>
        channel.teamId === teamId &&
        kinds.includes(channel.kind) &&
        channel.memberIds.has(userId) &&
        (channel.kind === 'public' || channel.memberIds.has(installation.botUserId)) &&
        !(values.exclude_archived === true && channel.isArchived),
    );
    const { items, ...rest } = paginate(shared, values);
    return { ...rest, channels: items.map((channel) => describeChannel(channel, installation.botUserId)) };
  },
});

/** Methods that read conversations. */
export const conversationMethods: Readonly<Record<string, ApiMethod>> = {
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.open': open,
  'users.conversations': usersConversations,
};

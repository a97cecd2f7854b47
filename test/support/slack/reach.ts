import { type Call, requireScope } from './method.js';
import { SlackError } from './slack-error.js';
import { covers, directChannel } from './tenants.js';
import type { Channel, ChannelKind, Message } from './world.js';

/** What scopes call each kind of conversation. */
export const SCOPE_NOUN: Readonly<Record<ChannelKind, 'channels' | 'groups' | 'im' | 'mpim'>> = {
  public: 'channels',
  private: 'groups',
  im: 'im',
  mpim: 'mpim',
};

/** A conversation that the app can see. @throws SlackError `channel_not_found` for every other one. */
export function visibleChannel({ world, installation }: Call, channelId: string): Channel {
  const channel = world.channels.get(channelId);
  if (channel === undefined || !covers(world, installation, channel.teamId)) throw new SlackError('channel_not_found');
  if (channel.kind !== 'public' && !channel.memberIds.has(installation.botUserId))
    throw new SlackError('channel_not_found');
  return channel;
}

/** A conversation that the app may read messages of. @throws SlackError `channel_not_found`, `missing_scope`, `not_in_channel` */
export function readableChannel(call: Call, channelId: string): Channel {
  const channel = visibleChannel(call, channelId);
  requireScope(call, `${SCOPE_NOUN[channel.kind]}:history`);
  if (!channel.memberIds.has(call.installation.botUserId)) throw new SlackError('not_in_channel');
  return channel;
}

/**
 * A conversation that the app may post to; a user's id stands for the direct channel with that user.
 * @throws SlackError `channel_not_found`, `is_archived`, `not_in_channel`, `restricted_action`
 */
export function postableChannel(call: Call, channelId: string): Channel {
  const { world, installation } = call;
  const user = world.users.get(channelId);
  if (user !== undefined && covers(world, installation, user.teamId)) {
    if (user.role === 'bot') throw new SlackError('cannot_dm_bot');
    return directChannel(world, user.id);
  }
  const channel = visibleChannel(call, channelId);
  if (channel.isArchived) throw new SlackError('is_archived');
  if (!channel.memberIds.has(installation.botUserId) && !installation.scopes.has('chat:write.public'))
    throw new SlackError('not_in_channel');
  if (channel.isRestricted) throw new SlackError('restricted_action');
  return channel;
}

/** A message of the app's own. @throws SlackError `message_not_found`, or the given error for somebody else's */
export function ownMessage({ installation }: Call, channel: Channel, ts: string, notOwn: string): Message {
  const message = channel.messages.get(ts);
  if (message === undefined) throw new SlackError('message_not_found');
  if (message.botId !== installation.botId) throw new SlackError(notOwn);
  return message;
}

import type { Events } from './events.js';
import type { Person } from './person.js';
import type { Delivery } from './records.js';
import { SCOPE_NOUN } from './reach.js';
import { type World, existing, threadKey } from './state.js';
import type { Channel, Installation } from './world.js';

/** What people do to a channel and to what stands in it, beside writing. */
type ChannelActs = Pick<
  Person,
  'pressStop' | 'renameSession' | 'react' | 'inviteApp' | 'removeApp' | 'archive' | 'deleteFile'
>;

interface Parts {
  readonly world: World;
  readonly events: Events;
  /** The channel, when the person is in it. @throws Error otherwise */
  joined(channelId: string): Channel;
  /** @throws Error where the app is not installed */
  installation(): Installation;
}

/** The acts of one person. */
export function createChannelActs({ world, events, joined, installation }: Parts, userId: string): ChannelActs {
  const { teamId } = existing(world.users, 'user', userId);
  return {
    pressStop(channelId, threadTs) {
      const channel = joined(channelId);
      if (world.sessions.get(threadKey(channelId, threadTs))?.status !== 'processing')
        throw new Error('there is no Stop button: the agent is not at work in this thread');
      const streams = [...channel.messages.values()].filter(
        (message) => message.threadTs === threadTs && message.stream === 'in_progress',
      );
      for (const message of streams) message.stream = 'stopped_by_user';
      const [delivery] = events.announce(
        teamId,
        {
          type: 'agent_session_stopped',
          channel: channelId,
          user: userId,
          thread_ts: threadTs,
          streaming_message_ts: streams.map(({ ts }) => ts),
        },
        'assistant:write',
      );
      return delivery;
    },
    renameSession(channelId, threadTs, title) {
      joined(channelId);
      const session = existing(world.sessions, 'session', threadKey(channelId, threadTs));
      const previous = session.title;
      session.title = title;
      const [delivery] = events.announce(
        teamId,
        {
          type: 'agent_session_title_changed',
          channel: channelId,
          user: userId,
          team_id: teamId,
          thread_ts: threadTs,
          title,
          ...(previous === undefined ? {} : { previous_title: previous }),
        },
        'assistant:write',
      );
      return delivery;
    },
    react(message, name) {
      joined(message.channelId);
      message.reactions.set(name, (message.reactions.get(name) ?? new Set()).add(userId));
    },
    inviteApp(channelId) {
      const channel = joined(channelId);
      const { botUserId } = installation();
      channel.memberIds.add(botUserId);
      return membership(events, channel, 'member_joined_channel', { user: botUserId, inviter: userId });
    },
    removeApp(channelId) {
      const channel = joined(channelId);
      const { botUserId } = installation();
      const deliveries = membership(events, channel, 'member_left_channel', { user: botUserId });
      channel.memberIds.delete(botUserId);
      return deliveries;
    },
    archive(channelId) {
      const channel = joined(channelId);
      channel.isArchived = true;
      if (!channel.memberIds.has(installation().botUserId)) return [];
      const event = { type: 'channel_archive', channel: channelId, user: userId };
      return events.announce(teamId, event, `${SCOPE_NOUN[channel.kind]}:read`);
    },
    deleteFile(fileId) {
      const file = existing(world.files, 'file', fileId);
      if (file.userId !== userId) throw new Error("this file is somebody else's");
      world.files.delete(fileId);
      return events.announce(teamId, { type: 'file_deleted', file_id: fileId }, 'files:read');
    },
  };
}

function membership(events: Events, channel: Channel, type: string, who: object): readonly Delivery[] {
  const channelType = channel.kind === 'public' ? 'C' : 'G';
  const event = { type, channel: channel.id, channel_type: channelType, team: channel.teamId, ...who };
  return events.announce(channel.teamId, event, `${SCOPE_NOUN[channel.kind]}:read`);
}

import type { Deliveries } from './deliveries.js';
import { type Payload, describeMessage } from './descriptions.js';
import { SCOPE_NOUN } from './reach.js';
import type { World } from './state.js';
import type { Delivery } from './records.js';
import { coveringInstallation } from './tenants.js';
import type { Channel, Installation, Message } from './world.js';

/** Sends the app the events that it has subscribed to, may see, and is there to see. */
export interface Events {
  /** An event of a workspace. `subscription` is its name in a manifest, `scope` what it takes. */
  announce(teamId: string, event: Payload, scope: string, subscription?: string): Delivery[];
  /** A new message, as `message` and, where it mentions the app, as `app_mention`. */
  posted(channel: Channel, message: Message): Delivery[];
  changed(channel: Channel, message: Message, before: Payload): Delivery[];
  deleted(channel: Channel, before: Payload): Delivery[];
}

const CHANNEL_TYPE = { public: 'channel', private: 'group', im: 'im', mpim: 'mpim' } as const;
const SUBSCRIPTION = {
  public: 'message.channels',
  private: 'message.groups',
  im: 'message.im',
  mpim: 'message.mpim',
} as const;

/** Makes events of what happens in a world. */
export function createEvents(world: World, deliveries: Deliveries): Events {
  const announce: Events['announce'] = (teamId, event, scope, subscription = String(event['type'])) => {
    const installation = coveringInstallation(world, teamId);
    if (installation === undefined || !world.app.botEvents.includes(subscription)) return [];
    if (scope !== '' && !installation.scopes.has(scope)) return [];
    const body = envelope(world, teamId, installation, { ...event, event_ts: event['event_ts'] ?? world.ids.ts() });
    return [deliveries.send({ kind: 'event', type: String(event['type']), teamId, body })];
  };

  const inChannel = (channel: Channel, event: Payload): Delivery[] => {
    const installation = coveringInstallation(world, channel.teamId);
    if (installation === undefined || !channel.memberIds.has(installation.botUserId)) return [];
    return announce(
      channel.teamId,
      { ...event, channel: channel.id, channel_type: CHANNEL_TYPE[channel.kind], event_ts: event['ts'] },
      `${SCOPE_NOUN[channel.kind]}:history`,
      SUBSCRIPTION[channel.kind],
    );
  };

  /** What Slack tells of a message that mentions the app, when it is posted and at each edit. */
  const mentioned = (channel: Channel, message: Message): Delivery[] => {
    const { mentionEvents, mentionsBringFiles } = world.behaviour;
    if (!mentionsApp(world, channel, message) || mentionEvents === 'message') return [];
    const described = describeMessage(world, message);
    const mention = { ...described, type: 'app_mention', channel: channel.id, event_ts: message.ts };
    const { files: _files, ...withoutFiles } = mention as Payload;
    return announce(channel.teamId, mentionsBringFiles ? mention : withoutFiles, 'app_mentions:read');
  };

  const echoes = (message: Message): boolean => message.botId === undefined || world.behaviour.echoesOwnMessages;

  return {
    announce,
    posted(channel, message) {
      if (!echoes(message)) return [];
      const described = describeMessage(world, message);
      const subtype =
        message.fileIds.length > 0 && message.botId === undefined ? { subtype: 'file_share', upload: false } : {};
      const isLeftOut = mentionsApp(world, channel, message) && world.behaviour.mentionEvents === 'app_mention';
      return [...mentioned(channel, message), ...(isLeftOut ? [] : inChannel(channel, { ...described, ...subtype }))];
    },
    changed(channel, message, before) {
      if (!echoes(message)) return [];
      const ts = world.ids.ts();
      return [
        // reported in slackapi/bolt-js#960, slack-go/slack#1256
        ...mentioned(channel, message),
        ...inChannel(channel, {
          type: 'message',
          subtype: 'message_changed',
          message: { ...describeMessage(world, message), source_team: message.teamId, user_team: message.teamId },
          previous_message: before,
          hidden: true,
          ts,
        }),
      ];
    },
    deleted(channel, before) {
      if (before['bot_id'] !== undefined && !world.behaviour.echoesOwnMessages) return [];
      return inChannel(channel, {
        type: 'message',
        subtype: 'message_deleted',
        previous_message: before,
        deleted_ts: before['ts'],
        hidden: true,
        ts: world.ids.ts(),
      });
    },
  };
}

/** In a direct channel nobody needs to mention the app, and no `app_mention` comes. */
function mentionsApp(world: World, channel: Channel, message: Message): boolean {
  const botUserId = coveringInstallation(world, channel.teamId)?.botUserId;
  if (botUserId === undefined || message.botId !== undefined || channel.kind === 'im') return false;
  return channel.memberIds.has(botUserId) && message.text.includes(`<@${botUserId}>`);
}

function envelope(world: World, teamId: string, installation: Installation, event: Payload): Payload {
  const enterpriseId = world.workspaces.get(teamId)?.enterpriseId ?? null;
  return {
    token: 'verification-token',
    team_id: teamId,
    ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
    context_team_id: teamId,
    context_enterprise_id: enterpriseId,
    api_app_id: world.app.appId,
    event,
    type: 'event_callback',
    event_id: world.ids.next('Ev'),
    event_time: Math.floor(world.clock.now() / 1_000),
    authorizations: [
      {
        enterprise_id: enterpriseId,
        team_id: installation.isOrgWide ? null : teamId,
        user_id: installation.botUserId,
        is_bot: true,
        is_enterprise_install: installation.isOrgWide,
      },
    ],
    is_ext_shared_channel: false,
    event_context: world.ids.next('EC'),
  };
}

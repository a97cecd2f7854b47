import type { Deliveries } from './deliveries.js';
import { type Payload, describeMessage } from './descriptions.js';
import type { Events } from './events.js';
import { describeView } from './open-views.js';
import { makeResponseUrl } from './response-urls.js';
import { type World, existing, notify } from './state.js';
import type { Delivery } from './records.js';
import {
  actorOf,
  channelName,
  installed,
  lostCommandError,
  makeTrigger,
  showCommandReply,
} from './interaction-parts.js';
import { takeSubmissionReply } from './submissions.js';
import type { Channel, Message, OpenView } from './world.js';

/** Sends the app what people do with it, and shows them what it answers. */
export interface Interactions {
  command(userId: string, command: string, text: string, channel: Channel): Delivery;
  messageShortcut(userId: string, callbackId: string, message: Message): Delivery;
  globalShortcut(userId: string, callbackId: string): Delivery;
  /** `shown` is the message in full, or undefined for an ephemeral one. */
  usedInMessage(userId: string, place: MessagePlace, action: Payload, values: Payload): Delivery;
  usedInView(view: OpenView, action: Payload, values: Payload): Delivery;
  submitted(view: OpenView, values: Payload): Delivery;
  closed(view: OpenView): Delivery;
}

/** Where a used element stands. */
export interface MessagePlace {
  readonly channel: Channel;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly shown: Message | undefined;
}

/** Makes the payloads (reference/interaction-payloads) and takes the acknowledgements. */
export function createInteractions(world: World, deliveries: Deliveries, events: Events): Interactions {
  const interaction = (
    userId: string,
    type: string,
    payload: Payload,
    onReply?: (reply: unknown) => void,
  ): Delivery => {
    const { teamId } = existing(world.users, 'user', userId);
    return deliveries.send({
      kind: 'interaction',
      type,
      teamId,
      body: { type, ...actorOf(world, userId), ...payload },
      ...(onReply === undefined ? {} : { onReply }),
      onLost: () => notify(world, userId, 'We had some trouble connecting. Try again?'),
    });
  };

  return {
    command(userId, command, text, channel) {
      const { teamId, name } = existing(world.users, 'user', userId);
      const installation = installed(world, teamId);
      const workspace = existing(world.workspaces, 'workspace', teamId);
      const place = { channelId: channel.id, userId, ts: undefined, threadTs: undefined };
      const { enterpriseId } = installation;
      return deliveries.send({
        kind: 'command',
        type: command,
        teamId,
        body: {
          token: 'verification-token',
          team_id: teamId,
          team_domain: workspace.domain,
          channel_id: channel.id,
          channel_name: channelName(channel),
          user_id: userId,
          user_name: name,
          command,
          text,
          api_app_id: world.app.appId,
          is_enterprise_install: String(installation.isOrgWide),
          ...(enterpriseId === undefined
            ? {}
            : { enterprise_id: enterpriseId, enterprise_name: world.enterprises.get(enterpriseId)?.name }),
          response_url: makeResponseUrl(world, place),
          trigger_id: makeTrigger(world, userId),
        },
        onReply: (reply) => showCommandReply(world, events, command, { ...place, issuedAtMs: 0, uses: 0 }, reply),
        onLost: (failure) => notify(world, userId, `${command} failed with the error "${lostCommandError(failure)}"`),
      });
    },
    messageShortcut(userId, callbackId, message) {
      const channel = existing(world.channels, 'channel', message.channelId);
      const threadTs = message.threadTs;
      return interaction(userId, 'message_action', {
        callback_id: callbackId,
        trigger_id: makeTrigger(world, userId),
        action_ts: world.ids.ts(),
        message_ts: message.ts,
        channel: { id: channel.id, name: channelName(channel) },
        message: describeMessage(world, message),
        response_url: makeResponseUrl(world, { channelId: channel.id, userId, ts: message.ts, threadTs }),
      });
    },
    globalShortcut: (userId, callbackId) =>
      interaction(userId, 'shortcut', {
        callback_id: callbackId,
        trigger_id: makeTrigger(world, userId),
        action_ts: world.ids.ts(),
      }),
    usedInMessage(userId, { channel, ts, threadTs, shown }, action, values) {
      return interaction(userId, 'block_actions', {
        container: {
          type: 'message',
          message_ts: ts,
          channel_id: channel.id,
          is_ephemeral: shown === undefined,
          ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        },
        channel: { id: channel.id, name: channelName(channel) },
        ...(shown === undefined ? {} : { message: describeMessage(world, shown) }),
        trigger_id: makeTrigger(world, userId),
        state: { values },
        response_url: makeResponseUrl(world, { channelId: channel.id, userId, ts, threadTs }),
        actions: [action],
      });
    },
    usedInView(view, action, values) {
      return interaction(view.userId, 'block_actions', {
        container: { type: 'view', view_id: view.id },
        trigger_id: makeTrigger(world, view.userId),
        view: describeView(world, installed(world, view.teamId), view, values),
        actions: [action],
      });
    },
    submitted(view, values) {
      const installation = installed(world, view.teamId);
      return interaction(
        view.userId,
        'view_submission',
        {
          trigger_id: makeTrigger(world, view.userId),
          view: describeView(world, installation, view, values),
          response_urls: [],
        },
        (reply) => takeSubmissionReply(world, installation, view, reply),
      );
    },
    closed: (view) =>
      interaction(view.userId, 'view_closed', {
        view: describeView(world, installed(world, view.teamId), view),
        is_cleared: false,
      }),
  };
}

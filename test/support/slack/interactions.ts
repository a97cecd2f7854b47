import type { Deliveries } from './deliveries.js';
import { type Payload, describeMessage } from './descriptions.js';
import type { Events } from './events.js';
import { violate } from './method.js';
import { describeView } from './open-views.js';
import { applyAnswer, makeResponseUrl, readAnswer } from './response-urls.js';
import { SlackError } from './slack-error.js';
import { type ResponseAddress, type World, existing, notify } from './state.js';
import type { Delivery } from './records.js';
import { coveringInstallation } from './tenants.js';
import { takeSubmissionReply } from './submissions.js';
import type { Channel, Installation, Message, OpenView } from './world.js';

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
  const common = (userId: string): Payload & { readonly teamId: string } => {
    const { teamId, name } = existing(world.users, 'user', userId);
    const installation = installed(world, teamId);
    const workspace = existing(world.workspaces, 'workspace', teamId);
    const enterprise =
      installation.enterpriseId === undefined ? undefined : world.enterprises.get(installation.enterpriseId);
    return {
      teamId,
      user: { id: userId, username: name, name, team_id: teamId },
      api_app_id: world.app.appId,
      token: 'verification-token',
      // With an org-wide installation Slack names the organisation and no workspace.
      team: installation.isOrgWide ? null : { id: teamId, domain: workspace.domain },
      enterprise: enterprise === undefined ? null : { id: enterprise.id, name: enterprise.name },
      is_enterprise_install: installation.isOrgWide,
    };
  };

  const trigger = (teamId: string, userId: string): string => {
    const id = `${world.ids.next('')}.${world.ids.next('')}.trigger`;
    world.triggers.set(id, { teamId, userId, issuedAtMs: world.clock.now(), isUsed: false });
    return id;
  };

  const interaction = (
    userId: string,
    type: string,
    payload: Payload,
    onReply?: (reply: unknown) => void,
  ): Delivery => {
    const { teamId, ...shared } = common(userId);
    return deliveries.send({
      kind: 'interaction',
      type,
      teamId,
      body: { type, ...shared, ...payload },
      ...(onReply === undefined ? {} : { onReply }),
      onLost: () => notify(world, userId, 'We had some trouble connecting. Try again?'),
    });
  };

  const triggerOf = (userId: string): string => trigger(existing(world.users, 'user', userId).teamId, userId);

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
          trigger_id: trigger(teamId, userId),
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
        trigger_id: triggerOf(userId),
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
        trigger_id: triggerOf(userId),
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
        trigger_id: triggerOf(userId),
        state: { values },
        response_url: makeResponseUrl(world, { channelId: channel.id, userId, ts, threadTs }),
        actions: [action],
      });
    },
    usedInView(view, action, values) {
      return interaction(view.userId, 'block_actions', {
        container: { type: 'view', view_id: view.id },
        trigger_id: triggerOf(view.userId),
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
          trigger_id: triggerOf(view.userId),
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

/** @throws Error where the app is not installed: nobody sees it there */
function installed(world: World, teamId: string): Installation {
  const installation = coveringInstallation(world, teamId);
  if (installation === undefined) throw new Error(`the app is not installed in the workspace "${teamId}"`);
  return installation;
}

function channelName({ kind, name }: Channel): string {
  if (kind === 'im') return 'directmessage';
  return kind === 'private' ? 'privategroup' : name;
}

function lostCommandError(failure: string): string {
  return failure === 'http_timeout' || failure === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
}

/** An acknowledgement with a text or a message shows it. */
function showCommandReply(
  world: World,
  events: Events,
  command: string,
  address: ResponseAddress,
  reply: unknown,
): void {
  if (reply === undefined || reply === '') return;
  try {
    applyAnswer(world, events, address, readAnswer(typeof reply === 'string' ? { text: reply } : reply));
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    violate(world, 'delivery', error.error, error.messages);
    notify(world, address.userId, `${command} failed with the error "dispatch_failed"`);
  }
}

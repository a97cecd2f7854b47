import { beforeEach, describe, expect, it } from 'vitest';
import { actions, button, feedback, options, select } from '../../support/slack/block-kit/samples.js';
import { type SlackRoom, openSlackRoom, postBlocks, slackClient } from '../../support/slack/open-room.js';
import type { Delivery } from '../../support/slack/records.js';

const eventsOf = (deliveries: readonly Delivery[]): unknown[] => deliveries.map(({ body }) => body['event']);

describe('people', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });

  it('write messages that the app gets with blocks, author, channel and thread', () => {
    const { ada, grace, channel, workspace } = room;
    const root = ada.post(channel.id, { text: `${grace.mention} look` });
    expect(root.deliveries[0]?.body).toMatchObject({
      type: 'event_callback',
      team_id: workspace.id,
      api_app_id: 'A0DOCENT',
      authorizations: [{ team_id: workspace.id, is_bot: true, is_enterprise_install: false }],
      event: {
        type: 'message',
        user: ada.id,
        channel: channel.id,
        channel_type: 'channel',
        ts: root.message.ts,
        event_ts: root.message.ts,
        blocks: [
          {
            elements: [
              {
                elements: [
                  { type: 'user', user_id: grace.id },
                  { type: 'text', text: ' look' },
                ],
              },
            ],
          },
        ],
      },
    });
    const reply = grace.post(channel.id, { text: 'yes', threadTs: root.message.ts });
    expect(eventsOf(reply.deliveries)).toMatchObject([{ thread_ts: root.message.ts, parent_user_id: ada.id }]);
  });

  it('tell the app in its direct channel without a mention event', () => {
    const { ada, installation } = room;
    const { deliveries, message } = ada.tell({ text: `<@${installation.botUserId}> hi` });
    expect(eventsOf(deliveries)).toMatchObject([{ type: 'message', channel_type: 'im', channel: message.channelId }]);
  });

  it('change and delete what is theirs', () => {
    const { ada, grace, channel } = room;
    const { message } = ada.post(channel.id, { text: 'tpyo' });
    expect(() => grace.edit(message, 'x')).toThrow("somebody else's");
    expect(eventsOf(ada.edit(message, 'typo').deliveries)).toMatchObject([
      {
        subtype: 'message_changed',
        message: { text: 'typo', ts: message.ts },
        previous_message: { text: 'tpyo' },
        hidden: true,
      },
    ]);
    expect(() => grace.delete(message)).toThrow("somebody else's");
    expect(eventsOf(ada.delete(message))).toMatchObject([
      { subtype: 'message_deleted', deleted_ts: message.ts, previous_message: { text: 'typo' } },
    ]);
    expect(room.server.screen.channel(channel.id)).toEqual([]);
  });

  it('invite the app and remove it, archive a channel and open its home', () => {
    const { ada, server, workspace, installation } = room;
    const channel = server.addChannel(workspace.id, 'new', [ada.id], 'private');
    expect(ada.post(channel.id, { text: 'alone' }).deliveries).toEqual([]);
    expect(eventsOf(ada.inviteApp(channel.id))).toMatchObject([
      { type: 'member_joined_channel', user: installation.botUserId, inviter: ada.id, channel_type: 'G' },
    ]);
    expect(eventsOf(ada.post(channel.id, { text: 'now' }).deliveries)).toMatchObject([{ channel_type: 'group' }]);
    expect(eventsOf(ada.removeApp(channel.id))).toMatchObject([{ type: 'member_left_channel' }]);
    expect(ada.post(channel.id, { text: 'alone' }).deliveries).toEqual([]);
    expect(eventsOf(ada.archive(room.channel.id))).toMatchObject([
      { type: 'channel_archive', channel: room.channel.id },
    ]);
    expect(() => ada.post(room.channel.id, { text: 'a' })).toThrow('archived');
    expect(ada.openHome('messages')?.body['event']).toMatchObject({
      type: 'app_home_opened',
      tab: 'messages',
      user: ada.id,
    });
  });

  it('uninstall the app: it hears of it, and of nothing else any more', () => {
    const { ada, channel, server } = room;
    expect(eventsOf(ada.uninstallApp())).toMatchObject([{ type: 'tokens_revoked' }, { type: 'app_uninstalled' }]);
    expect(ada.post(channel.id, { text: 'gone?' }).deliveries).toEqual([]);
    expect(() => ada.globalShortcut('ask_docent')).toThrow('not installed');
    expect(server.installation.bind(undefined, ada.teamId)).toThrow('not installed');
  });

  it('cannot do what the page would not let them', () => {
    const { ada, server, workspace, channel } = room;
    const outsider = server.addUser(workspace.id, 'outsider');
    expect(() => outsider.post(channel.id, { text: 'a' })).toThrow('not in the channel');
    expect(() => ada.post(channel.id, {})).toThrow('nothing to post');
    expect(() => ada.post(channel.id, { text: 'a', threadTs: '1' })).toThrow('no thread');
    expect(() => ada.command('/other', '', channel.id)).toThrow('/other is not a command');
    const { message } = ada.post(channel.id, { text: 'a' });
    expect(() => ada.use(message, { actionId: 'go' })).toThrow('nobody sees an element "go"');
    expect(() => ada.closeModal()).toThrow('no modal open');
    expect(() => server.addUser('T1', 'x')).toThrow('no workspace "T1"');
  });

  it('use what a message offers: buttons, menus, feedback', async () => {
    const { ada, channel } = room;
    const blocks = [
      {
        ...actions(button({ action_id: 'go', value: '1' }), { ...select({ options: options(2) }), action_id: 'pick' }),
        block_id: 'first',
      },
      { ...actions(button({ action_id: 'go', value: '2' })), block_id: 'second' },
      { type: 'context_actions', elements: [feedback('good')] },
    ];
    const ts = await postBlocks(room, blocks);
    const message = { channelId: channel.id, ts: ts };
    expect(() => ada.use(message, { actionId: 'go' })).toThrow('several blocks');
    expect(ada.use(message, { actionId: 'go', blockId: 'second' }).body).toMatchObject({
      type: 'block_actions',
      container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: false },
      message: { ts },
      actions: [{ type: 'button', value: '2', block_id: 'second' }],
      state: { values: { first: { pick: { selected_option: null } } } },
    });
    expect(() => ada.use(message, { actionId: 'pick', value: '9' })).toThrow('no option "9"');
    expect(ada.use(message, { actionId: 'pick', value: '1' }).body['actions']).toMatchObject([
      { selected_option: { value: '1' } },
    ]);
    expect(ada.use(message, { actionId: 'feedback', value: 'bad' }).body['actions']).toMatchObject([
      { type: 'feedback_buttons', value: 'bad', text: { text: 'Bad' } },
    ]);
    expect(() => ada.use(message, { actionId: 'feedback', value: 'x' })).toThrow('no feedback button');
  });
});

describe('events', () => {
  it('come only where they are subscribed to, allowed, and visible', async () => {
    const deaf = await openSlackRoom({ app: { botEvents: ['app_mention'] } });
    const mention = `<@${deaf.installation.botUserId}> hi`;
    expect(deaf.ada.post(deaf.channel.id, { text: mention }).deliveries.map(({ type }) => type)).toEqual([
      'app_mention',
    ]);
    const poor = await openSlackRoom({ scopes: ['channels:history'] });
    expect(
      poor.ada.post(poor.channel.id, { text: `<@${poor.installation.botUserId}>` }).deliveries.map(({ type }) => type),
    ).toEqual(['message']);
    expect(poor.ada.tell({ text: 'hi' }).deliveries).toEqual([]);
  });

  it('of the app itself may be switched off', async () => {
    const { server, client, channel } = await openSlackRoom();
    server.behaviour.echoesOwnMessages = false;
    const { ts = '' } = await client.chat.postMessage({ channel: channel.id, text: 'a' });
    await client.chat.update({ channel: channel.id, ts, text: 'b' });
    await client.chat.delete({ channel: channel.id, ts });
    expect(server.deliveries).toEqual([]);
    server.behaviour.echoesOwnMessages = true;
    const own = await client.chat.postMessage({ channel: channel.id, text: 'a' });
    await client.chat.update({ channel: channel.id, ts: own.ts ?? '', text: 'b' });
    await client.chat.delete({ channel: channel.id, ts: own.ts ?? '' });
    expect(eventsOf(server.deliveries)).toMatchObject([
      { type: 'message', bot_id: expect.any(String) as string },
      { subtype: 'message_changed' },
      { subtype: 'message_deleted' },
    ]);
  });

  it('of one workspace say nothing of another', async () => {
    const { server, client, ada } = await openSlackRoom();
    const other = server.addWorkspace('Other');
    const { botToken, botUserId } = server.install(other.id);
    const hank = server.addUser(other.id, 'hank');
    const secret = server.addChannel(other.id, 'secret', [hank.id, botUserId]);
    const { message, deliveries } = hank.post(secret.id, { text: 'psst' });
    expect(deliveries.map(({ teamId }) => teamId)).toEqual([other.id]);
    await expect(client.conversations.history({ channel: secret.id })).rejects.toMatchObject({
      data: { error: 'channel_not_found' },
    });
    await expect(client.chat.postMessage({ channel: hank.id, text: 'a' })).rejects.toMatchObject({
      data: { error: 'channel_not_found' },
    });
    const trigger = String(ada.globalShortcut('ask_docent').body['trigger_id']);
    const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'a' }, blocks: [] };
    const foreign = slackClient(server, botToken);
    await expect(foreign.views.open({ trigger_id: trigger, view })).rejects.toMatchObject({
      data: { error: 'invalid_trigger_id' },
    });
    await foreign.conversations.replies({ channel: secret.id, ts: message.ts });
  });
});

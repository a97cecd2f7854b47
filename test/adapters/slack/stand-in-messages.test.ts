import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom, slackClient } from '../../support/slack/open-room.js';

const NOWHERE = '1000000000.000000';
const postedSchema = z.looseObject({ ts: z.string() });

describe('posting', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });
  const say = async (given: Record<string, unknown>) =>
    postedSchema.parse(await room.client.apiCall('chat.postMessage', { channel: room.channel.id, ...given }));

  it('shows a message with its blocks as text, its metadata and its unfurl flags', async () => {
    const metadata = { event_type: 'answer', event_payload: { id: '1' } };
    const blocks = [
      { type: 'header', text: { type: 'plain_text', text: 'Title' } },
      { type: 'markdown', text: '**Body**' },
    ];
    const { ts } = await say({ text: 'fallback', blocks, metadata, unfurl_links: false, unfurl_media: false });
    expect(room.server.screen.message(room.channel.id, ts)).toMatchObject({
      text: 'Title\n**Body**',
      fallbackText: 'fallback',
      metadata,
      unfurlLinks: false,
      unfurlMedia: false,
      isFromApp: true,
    });
    await say({ text: 'plain' });
    expect(room.server.screen.channel(room.channel.id)[1]).toMatchObject({ text: 'plain', unfurlLinks: undefined });
    expect(room.server.violations).toEqual([]);
  });

  it.each([
    ['nothing to say', {}, 'no_text'],
    ['an empty text', { text: '' }, 'no_text'],
    ['Markdown and text', { text: 'a', markdown_text: 'b' }, 'markdown_text_conflict'],
    ['Markdown and blocks', { blocks: [{ type: 'divider' }], markdown_text: 'b' }, 'markdown_text_conflict'],
    ['Markdown over 12,000 characters', { markdown_text: 'a'.repeat(12_001) }, 'msg_too_long'],
    ['blocks that are no list', { text: 'a', blocks: { type: 'divider' } }, 'invalid_blocks_format'],
    ['blocks that are no JSON', { text: 'a', blocks: '[{' }, 'invalid_blocks_format'],
    ['metadata without a type', { text: 'a', metadata: { event_payload: {} } }, 'invalid_metadata_schema'],
    [
      'metadata that nests deep',
      { text: 'a', metadata: { event_type: 'a', event_payload: { a: { b: { c: 1 } } } } },
      'invalid_metadata_schema',
    ],
    ['metadata that is no JSON', { text: 'a', metadata: '{' }, 'invalid_metadata_format'],
    [
      'metadata over 8 KiB',
      { text: 'a', metadata: { event_type: 'a', event_payload: { a: 'b'.repeat(8_200) } } },
      'metadata_too_large',
    ],
    ['a thread that is no timestamp', { text: 'a', thread_ts: '1' }, 'invalid_thread_ts'],
    ['a thread that is not there', { text: 'a', thread_ts: NOWHERE }, 'thread_not_found'],
    ['a name of its own without the scope for it', { text: 'a', username: 'Other' }, 'missing_scope'],
    ['a channel that is not there', { text: 'a', channel: 'C1' }, 'channel_not_found'],
  ])('refuses %s', async (_what, given, error) => {
    expect(await refusalOf(say(given))).toBe(error);
    expect(room.server.screen.channel(room.channel.id)).toEqual([]);
  });

  it('takes as much as Slack takes', async () => {
    await say({ markdown_text: 'a'.repeat(12_000) });
    await say({
      text: 'a',
      metadata: { event_type: 'a', event_payload: { a: 'b'.repeat(8_000), c: [1, { d: true }] } },
    });
    expect(room.server.screen.channel(room.channel.id)).toHaveLength(2);
  });

  it('notes text that is cut, blocks without a text, and a thread named by a reply', async () => {
    const { server, channel, ada } = room;
    await say({ text: 'a'.repeat(40_001) });
    expect(server.screen.channel(channel.id)[0]?.text).toHaveLength(40_000);
    await say({ blocks: [{ type: 'divider' }] });
    const root = ada.post(channel.id, { text: 'root' }).message;
    const reply = ada.post(channel.id, { text: 'reply', threadTs: root.ts }).message;
    await say({ text: 'late', thread_ts: reply.ts });
    expect(server.screen.thread(channel.id, root.ts).map(({ text }) => text)).toEqual(['reply', 'late']);
    expect(server.violations.map(({ error }) => error)).toEqual([
      'text_is_cut',
      'missing_text',
      'thread_ts_of_a_reply',
    ]);
  });

  it('notes at whom it rings, and nobody where it is escaped', async () => {
    const { server, channel, ada, client, workspace } = room;
    const group = server.addUserGroup(workspace.id, 'all', [ada.id]);
    await say({ text: `<!channel> <@${ada.id}> <!subteam^${group.id}>` });
    await say({ text: 'a', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '<!here|here>' } }] });
    await say({
      text: 'a',
      blocks: [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'everyone' }] }],
        },
      ],
    });
    await say({ text: 'a', blocks: [{ type: 'section', text: { type: 'plain_text', text: '<!channel>' } }] });
    const { ts } = await say({ text: '&lt;!channel&gt; @channel' });
    expect(server.pings.map(({ target }) => target)).toEqual(['channel', ada.id, group.id, 'here', 'everyone']);
    await client.chat.update({ channel: channel.id, ts: ts, markdown_text: '<!channel>' });
    expect(server.pings.at(-1)).toEqual({ channelId: channel.id, target: 'channel', text: '<!channel>' });
  });

  it('knows where it may post', async () => {
    const { server, ada, workspace, client, installation } = room;
    const outside = server.addChannel(workspace.id, 'outside', [ada.id]);
    const secret = server.addChannel(workspace.id, 'secret', [ada.id], 'private');
    const announcements = server.addChannel(workspace.id, 'announcements', [ada.id, installation.botUserId]);
    announcements.isRestricted = true;
    const post = (channel: string) => client.chat.postMessage({ channel, text: 'a' });
    expect(await refusalOf(post(outside.id))).toBe('not_in_channel');
    expect(await refusalOf(post(secret.id))).toBe('channel_not_found');
    expect(await refusalOf(post(announcements.id))).toBe('restricted_action');
    ada.inviteApp(secret.id);
    await post(secret.id);
    ada.archive(secret.id);
    expect(await refusalOf(post(secret.id))).toBe('is_archived');
    ada.removeApp(room.channel.id);
    expect(await refusalOf(post(room.channel.id))).toBe('not_in_channel');
    const open = slackClient(
      server,
      server.install(workspace.id, { scopes: ['chat:write', 'chat:write.public'] }).botToken,
    );
    await open.chat.postMessage({ channel: outside.id, text: 'a' });
    expect(server.violations).toEqual([]);
  });

  it('reaches a person by the id of the user', async () => {
    const { server, ada, client } = room;
    const { channel = '' } = await client.chat.postMessage({ channel: ada.id, text: 'psst' });
    expect(server.directChannel(ada.id).id).toBe(channel);
    expect(server.screen.direct(ada.id).map(({ text }) => text)).toEqual(['psst']);
    expect(await refusalOf(client.chat.postMessage({ channel: room.installation.botUserId, text: 'me' }))).toBe(
      'cannot_dm_bot',
    );
  });

  it('shows a message to one person of the channel alone', async () => {
    const { server, ada, grace, workspace, client, channel } = room;
    const show = (user: string) => client.chat.postEphemeral({ channel: channel.id, user, text: 'psst' });
    await show(ada.id);
    expect([ada, grace].map(({ id }) => server.screen.ephemerals(id).length)).toEqual([1, 0]);
    expect(server.screen.channel(channel.id)).toEqual([]);
    expect(await refusalOf(show(server.addUser(workspace.id, 'outsider').id))).toBe('user_not_in_channel');
    expect(await refusalOf(show('U1'))).toBe('user_not_found');
  });

  it('changes and deletes its own messages alone, and 4,000 bytes behind escaping are the end of a change', async () => {
    const { server, ada, channel, client } = room;
    const { ts = '' } = await client.chat.postMessage({ channel: channel.id, text: 'one' });
    const update = (text: string, which = ts) => client.chat.update({ channel: channel.id, ts: which, text });
    await update('&'.repeat(800));
    expect(await refusalOf(update('&'.repeat(801)))).toBe('msg_too_long');
    expect(await refusalOf(update('é'.repeat(2_001)))).toBe('msg_too_long');
    const theirs = ada.post(channel.id, { text: 'mine' }).message.ts;
    expect(await refusalOf(update('b', theirs))).toBe('cant_update_message');
    expect(await refusalOf(update('b', NOWHERE))).toBe('message_not_found');
    expect(await refusalOf(client.chat.delete({ channel: channel.id, ts: theirs }))).toBe('cant_delete_message');
    await client.chat.delete({ channel: channel.id, ts });
    expect(server.screen.channel(channel.id).map(({ text }) => text)).toEqual(['mine']);
  });

  it('takes blocks away where a change brings text alone', async () => {
    const { server, channel, client } = room;
    const { ts } = await say({ text: 'a', blocks: [{ type: 'markdown', text: 'long' }] });
    await client.chat.update({ channel: channel.id, ts: ts, text: 'short' });
    expect(server.screen.message(channel.id, ts)).toMatchObject({ text: 'short', blocks: [], isEdited: true });
  });
});

describe('reading', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });

  it('gives the history newest first, in pages, within bounds, without replies', async () => {
    const { ada, channel, client } = room;
    const posted = ['a', 'b', 'c'].map((text) => ada.post(channel.id, { text }).message);
    ada.post(channel.id, { text: 'reply', threadTs: posted[0]?.ts ?? '' });
    const history = async (given: object) =>
      (await client.conversations.history({ channel: channel.id, ...given })).messages?.map(({ text }) => text);
    expect(await history({})).toEqual(['c', 'b', 'a']);
    const ts = posted[1]?.ts ?? '';
    expect(await history({ latest: ts })).toEqual(['a']);
    expect(await history({ latest: ts, inclusive: true, limit: 1 })).toEqual(['b']);
    expect(await history({ oldest: ts })).toEqual(['c']);
    expect(await history({ latest: ts, oldest: ts, inclusive: true })).toEqual([]);
    const first = await client.conversations.history({ channel: channel.id, limit: 2 });
    expect(first.has_more).toBe(true);
    expect(await history({ limit: 2, cursor: first.response_metadata?.next_cursor })).toEqual(['a']);
    expect(await refusalOf(client.conversations.history({ channel: channel.id, cursor: 'x' }))).toBe('invalid_cursor');
    expect(await refusalOf(client.conversations.history({ channel: channel.id, limit: 1_001 }))).toBe(
      'invalid_arguments',
    );
  });

  it('gives a thread with its root, and metadata where it is asked for', async () => {
    const { ada, channel, client } = room;
    const root = ada.post(channel.id, { text: 'root' }).message;
    const metadata = { event_type: 'answer', event_payload: { id: '1' } };
    await client.chat.postMessage({ channel: channel.id, text: 'reply', thread_ts: root.ts, metadata });
    const replies = async (given: object) =>
      (await client.conversations.replies({ channel: channel.id, ts: root.ts, ...given })).messages ?? [];
    expect((await replies({})).map(({ text }) => text)).toEqual(['root', 'reply']);
    expect((await replies({}))[1]).not.toHaveProperty('metadata');
    expect((await replies({ include_all_metadata: true }))[1]).toMatchObject({ metadata });
    expect(await refusalOf(client.conversations.replies({ channel: channel.id, ts: NOWHERE }))).toBe(
      'thread_not_found',
    );
  });

  it("takes membership and the scope of the conversation's kind", async () => {
    const { server, ada, workspace, client } = room;
    const outside = server.addChannel(workspace.id, 'outside', [ada.id]);
    expect(await refusalOf(client.conversations.history({ channel: outside.id }))).toBe('not_in_channel');
    const direct = server.directChannel(ada.id);
    const poor = slackClient(server, server.install(workspace.id, { scopes: ['channels:history'] }).botToken);
    await expect(poor.conversations.history({ channel: direct.id })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'im:history' },
    });
    await expect(poor.conversations.info({ channel: direct.id })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'im:read' },
    });
    await expect(poor.conversations.members({ channel: direct.id })).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'im:read' },
    });
  });

  it('describes conversations, their members, and those that the app is in', async () => {
    const { server, ada, grace, workspace, client, channel, installation } = room;
    server.addChannel(workspace.id, 'outside', [ada.id]);
    const direct = server.directChannel(ada.id);
    expect((await client.conversations.info({ channel: channel.id })).channel).toMatchObject({
      name: 'general',
      is_channel: true,
      is_member: true,
    });
    expect((await client.conversations.info({ channel: direct.id })).channel).toMatchObject({
      is_im: true,
      user: ada.id,
    });
    expect((await client.conversations.members({ channel: channel.id })).members).toEqual([
      ada.id,
      grace.id,
      installation.botUserId,
    ]);
    const mine = async (types: string) => (await client.users.conversations({ types })).channels?.map(({ id }) => id);
    expect(await mine('public_channel,im')).toEqual([channel.id, direct.id]);
    expect(await refusalOf(client.users.conversations({ types: 'all' }))).toBe('invalid_types');
    const opened = await client.conversations.open({ users: ada.id });
    expect(opened.channel?.id).toBe(direct.id);
    expect(await refusalOf(client.conversations.open({ users: `${ada.id},${grace.id}` }))).toBe('missing_scope');
    expect(await refusalOf(client.conversations.open({ users: installation.botUserId }))).toBe('cannot_dm_bot');
    expect(await refusalOf(client.apiCall('conversations.open', {}))).toBe('users_list_not_supplied');
    server.user(grace.id).isDeleted = true;
    expect(await refusalOf(client.conversations.open({ users: grace.id }))).toBe('user_disabled');
  });
});

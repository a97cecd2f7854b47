import type { PermissionsString } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Channel, Guild } from '../../support/discord/world.js';
import type { DiscordStandIn } from '../../support/discord/server.js';
import { call, login, openStandIn } from './open-stand-in.js';

interface Place {
  readonly server: DiscordStandIn;
  readonly guild: Guild;
  readonly channel: Channel;
  readonly thread: Channel;
  readonly forum: Channel;
}

async function openPlace(): Promise<Place> {
  const server = await openStandIn();
  const guild = server.addGuild();
  const channel = guild.addChannel();
  return { server, guild, channel, thread: guild.addThread(channel), forum: guild.addChannel({ type: 'forum' }) };
}

const EVERYTHING: readonly PermissionsString[] = [
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'CreatePublicThreads',
  'CreatePrivateThreads',
  'AttachFiles',
  'EmbedLinks',
  'ReadMessageHistory',
  'AddReactions',
  'ManageThreads',
  'ManageMessages',
];

function fileForm(): FormData {
  const form = new FormData();
  form.append('files[0]', new Blob(['a']), 'a.txt');
  return form;
}

type Act = (place: Place) => ReturnType<typeof call>;
const send =
  (to: 'channel' | 'thread', body: () => object | FormData): Act =>
  async (place) =>
    call(place.server, 'POST', `/channels/${place[to].id}/messages`, body());
const somebodys = ({ guild, channel }: Place): string => guild.addMember().post(channel, 'a').id;

describe('what the bot may not do', () => {
  it.each<[permission: PermissionsString, what: string, code: number, act: Act]>([
    [
      'ViewChannel',
      'to read a channel',
      50001,
      async ({ server, channel }) => call(server, 'GET', `/channels/${channel.id}`),
    ],
    ['SendMessages', 'to send', 50013, send('channel', () => ({ content: 'a' }))],
    [
      'SendMessages',
      'to type',
      50013,
      async ({ server, channel }) => call(server, 'POST', `/channels/${channel.id}/typing`),
    ],
    [
      'SendMessages',
      'to post in a forum',
      50013,
      async ({ server, forum }) =>
        call(server, 'POST', `/channels/${forum.id}/threads`, { name: 'a', message: { content: 'a' } }),
    ],
    ['SendMessagesInThreads', 'to send in a thread', 50013, send('thread', () => ({ content: 'a' }))],
    ['AttachFiles', 'to attach', 50013, send('channel', fileForm)],
    ['EmbedLinks', 'to embed', 50013, send('channel', () => ({ embeds: [{ title: 'a' }] }))],
    [
      'ReadMessageHistory',
      'to reply',
      160002,
      async (place) =>
        send('channel', () => ({ content: 'a', message_reference: { message_id: somebodys(place) } }))(place),
    ],
    [
      'ReadMessageHistory',
      'to read one message',
      50013,
      async (place) => call(place.server, 'GET', `/channels/${place.channel.id}/messages/${somebodys(place)}`),
    ],
    [
      'CreatePublicThreads',
      'to open a thread of a message',
      50013,
      async (place) =>
        call(place.server, 'POST', `/channels/${place.channel.id}/messages/${somebodys(place)}/threads`, { name: 'a' }),
    ],
    [
      'CreatePublicThreads',
      'to open a thread',
      50013,
      async ({ server, channel }) => call(server, 'POST', `/channels/${channel.id}/threads`, { name: 'a', type: 11 }),
    ],
    [
      'CreatePrivateThreads',
      'to open a thread without a type, which is private',
      50013,
      async ({ server, channel }) => call(server, 'POST', `/channels/${channel.id}/threads`, { name: 'a' }),
    ],
    [
      'AddReactions',
      'to react',
      50013,
      async (place) =>
        call(
          place.server,
          'PUT',
          `/channels/${place.channel.id}/messages/${somebodys(place)}/reactions/${encodeURIComponent('👀')}/@me`,
        ),
    ],
    [
      'ManageMessages',
      "to delete somebody's message",
      50013,
      async (place) => call(place.server, 'DELETE', `/channels/${place.channel.id}/messages/${somebodys(place)}`),
    ],
    [
      'ManageThreads',
      "to rename somebody's thread",
      50013,
      async ({ server, thread }) => call(server, 'PATCH', `/channels/${thread.id}`, { name: 'b' }),
    ],
    [
      'ManageThreads',
      'to delete a thread',
      50013,
      async ({ server, thread }) => call(server, 'DELETE', `/channels/${thread.id}`),
    ],
  ])('needs %s %s', async (permission, _what, code, act) => {
    const place = await openPlace();
    place.guild.setBotPermissions(EVERYTHING);
    expect((await act(place)).status).toBeLessThan(300);
    const again = await openPlace();
    again.guild.setBotPermissions(EVERYTHING.filter((name) => name !== permission));
    expect(await act(again)).toMatchObject({ body: { code } });
    expect(again.server.violations).toMatchObject([{ code }]);
  });

  it('can be denied in one channel, and the client is told', async () => {
    const { server, guild, channel, thread } = await openPlace();
    const client = await login(server);
    guild.overwriteBot(channel, { deny: ['SendMessagesInThreads'] });
    expect(await call(server, 'POST', `/channels/${thread.id}/messages`, { content: 'a' })).toMatchObject({
      body: { code: 50013 },
    });
    const known = client.guilds.cache.get(guild.id)?.channels.cache.get(channel.id);
    await expect.poll(() => known?.permissionsFor(client.user)?.has('SendMessagesInThreads')).toBe(false);
  });

  it('reads no messages without the history', async () => {
    const { server, guild, channel } = await openPlace();
    guild.addMember().post(channel, 'a');
    const path = `/channels/${channel.id}/messages`;
    expect((await call(server, 'GET', path)).body).toHaveLength(1);
    guild.setBotPermissions(['ViewChannel']);
    expect(await call(server, 'GET', path)).toEqual({ status: 200, body: [] });
  });

  it('is told nothing of a channel that it may not see', async () => {
    const { server, guild, channel } = await openPlace();
    const client = await login(server);
    const seen: string[] = [];
    client.on('messageCreate', ({ content }) => seen.push(content));
    const member = guild.addMember();
    guild.overwriteBot(channel, { deny: ['ViewChannel'] });
    member.post(channel, 'hidden');
    guild.overwriteBot(channel, {});
    member.post(channel, 'shown');
    await expect.poll(() => seen).toEqual(['shown']);
  });

  it("does not edit somebody else's message, and deletes none in a direct conversation", async () => {
    const place = await openPlace();
    const { server, channel } = place;
    const path = `/channels/${channel.id}/messages/${somebodys(place)}`;
    expect(await call(server, 'PATCH', path, { content: 'b' })).toMatchObject({ status: 403, body: { code: 50005 } });
    const person = server.addUser();
    const direct = server.addDirectMessage(person);
    const { id } = person.post(direct, 'a');
    expect(await call(server, 'DELETE', `/channels/${direct.id}/messages/${id}`)).toMatchObject({
      status: 403,
      body: { code: 50003 },
    });
  });

  it('opens no thread in a thread or a direct conversation', async () => {
    const { server, guild, thread } = await openPlace();
    const direct = server.addDirectMessage(server.addUser());
    for (const { id } of [thread, direct])
      expect(await call(server, 'POST', `/channels/${id}/threads`, { name: 'a', type: 11 })).toMatchObject({
        status: 400,
        body: { code: 50024 },
      });
    const { id } = guild.owner.post(thread, 'a');
    const ofMessage = await call(server, 'POST', `/channels/${thread.id}/messages/${id}/threads`, { name: 'a' });
    expect(ofMessage).toMatchObject({ status: 400, body: { code: 50024 } });
  });

  it('changes its own threads, and opens archived ones that it is in', async () => {
    const { server, guild, channel } = await openPlace();
    const created = await call(server, 'POST', `/channels/${channel.id}/threads`, { name: 'a', type: 11 });
    const own = server.channel((created.body as { id: string }).id);
    const path = `/channels/${own.id}`;
    expect(await call(server, 'PATCH', path, { name: 'b', archived: true })).toMatchObject({ status: 200 });
    expect(own).toMatchObject({ name: 'b', thread: { isArchived: true } });
    expect(await call(server, 'PATCH', path, { name: 'c' })).toMatchObject({ body: { code: 50083 } });
    expect(await call(server, 'PATCH', path, { locked: true })).toMatchObject({ body: { code: 50013 } });
    expect(await call(server, 'PUT', `/channels/${channel.id}/thread-members/@me`)).toMatchObject({
      body: { code: 50024 },
    });
    expect(await call(server, 'PATCH', `/channels/${channel.id}`, { name: 'b' })).toMatchObject({
      body: { code: 50013 },
    });
    expect(await call(server, 'DELETE', `/channels/${channel.id}`)).toMatchObject({ body: { code: 50013 } });
    const other = guild.addThread(channel, { isArchived: true });
    expect(await call(server, 'PATCH', `/channels/${other.id}`, { archived: false })).toMatchObject({
      body: { code: 50013 },
    });
    expect(await call(server, 'PUT', `/channels/${other.id}/thread-members/@me`)).toMatchObject({
      body: { code: 50083 },
    });
    guild.updateThread(other, { isArchived: false });
    expect(await call(server, 'PUT', `/channels/${other.id}/thread-members/@me`)).toMatchObject({ status: 204 });
    guild.updateThread(other, { isArchived: true });
    expect(await call(server, 'PATCH', `/channels/${other.id}`, { archived: false })).toMatchObject({ status: 200 });
  });
});

describe('the API', () => {
  it('wants the token, and knows its routes', async () => {
    const { server, channel } = await openPlace();
    const plain = await fetch(`${server.apiUrl}/v10/users/@me`);
    expect(plain.status).toBe(401);
    expect(await plain.json()).toEqual({ code: 0, message: '401: Unauthorized' });
    expect(await call(server, 'GET', '/users/@me')).toMatchObject({ body: { id: server.bot.id, bot: true } });
    expect(await call(server, 'PUT', `/channels/${channel.id}/pins`)).toMatchObject({ status: 404, body: { code: 0 } });
    const old = await fetch(`${server.apiUrl}/v9/users/@me`, { headers: { authorization: `Bot ${server.token}` } });
    expect(await old.json()).toMatchObject({ code: 50041 });
    server.resetToken('another');
    expect(await call(server, 'GET', '/users/@me')).toMatchObject({ status: 200 });
    const revoked = await fetch(`${server.apiUrl}/v10/users/@me`, { headers: { authorization: 'Bot other' } });
    expect(revoked.status).toBe(401);
    expect(server.violations.map(({ code, status }) => ({ code, status }))).toEqual([
      { code: 0, status: 401 },
      { code: 0, status: 404 },
      { code: 50041, status: 400 },
      { code: 0, status: 401 },
    ]);
    expect(server.requests.at(-1)).toMatchObject({ method: 'GET', path: '/users/@me', status: 401 });
  });

  it('shows the application, the guild, its members, roles and channels', async () => {
    const { server, guild, channel } = await openPlace();
    const member = guild.addMember({ name: 'Ann', permissions: ['ManageGuild'] });
    for (const path of ['/applications/@me', '/oauth2/applications/@me'])
      expect(await call(server, 'GET', path)).toMatchObject({ body: { id: server.applicationId, flags: 1 << 19 } });
    expect(await call(server, 'GET', `/guilds/${guild.id}`)).toMatchObject({
      body: { name: 'Community', owner_id: guild.owner.id },
    });
    expect(await call(server, 'GET', `/guilds/${guild.id}/members/${member.id}`)).toMatchObject({
      body: { user: { global_name: 'Ann' } },
    });
    member.leave(guild);
    expect(await call(server, 'GET', `/guilds/${guild.id}/members/${member.id}`)).toMatchObject({
      body: { code: 10007 },
    });
    expect(await call(server, 'GET', `/guilds/${guild.id}/channels`)).toMatchObject({
      body: [{ id: channel.id }, { type: 15 }],
    });
    expect((await call(server, 'GET', `/guilds/${guild.id}/roles`)).body).toHaveLength(guild.roles.size);
    expect(await call(server, 'GET', `/users/${member.id}`)).toMatchObject({ body: { id: member.id } });
    expect(await call(server, 'GET', '/users/1')).toMatchObject({ body: { code: 10013 } });
    expect(await call(server, 'POST', '/users/@me/channels', { recipient_id: '1' })).toMatchObject({
      body: { code: 10013 },
    });
    expect(await call(server, 'GET', '/users/@me/guilds')).toMatchObject({ body: [{ id: guild.id }] });
    expect(await call(server, 'DELETE', `/users/@me/guilds/${guild.id}`)).toMatchObject({ status: 204 });
    expect(await call(server, 'GET', `/channels/${channel.id}`)).toMatchObject({ body: { code: 50001 } });
  });
});

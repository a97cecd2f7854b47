import { once } from 'node:events';
import { ChannelType, type Client, GatewayIntentBits, type Message, MessageType, type ThreadChannel } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { call, login, openStandIn } from './open-stand-in.js';

const SILENT = { allowedMentions: { parse: [] } } as const;
const { Guilds, GuildMessages, DirectMessages } = GatewayIntentBits;

async function nextMessage(client: Client): Promise<Message> {
  return ((await once(client, 'messageCreate')) as [Message])[0];
}

describe('threads', () => {
  it('are opened from a message, once, and take messages', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember();
    const client = await login(server);
    const received = nextMessage(client);
    const posted = member.post(channel, 'When is lunch?');
    const message = await received;
    const thread = await message.startThread({ name: 'Lunch', autoArchiveDuration: 60 });
    await thread.sendTyping();
    await thread.send({ content: 'At noon.', ...SILENT });
    const known = server.channel(posted.id);
    expect(known).toMatchObject({ name: 'Lunch', parent: channel, type: ChannelType.PublicThread });
    expect(known.thread).toMatchObject({ ownerId: server.bot.id, autoArchiveMinutes: 60 });
    expect(known.typing).toMatchObject([{ userId: server.bot.id }]);
    expect(known.messages.map(({ type, content }) => ({ type, content }))).toEqual([
      { type: MessageType.ThreadStarterMessage, content: '' },
      { type: MessageType.Default, content: 'At noon.' },
    ]);
    const again = await call(server, 'POST', `/channels/${channel.id}/messages/${posted.id}/threads`, {
      name: 'Again',
    });
    expect(again).toMatchObject({ status: 400, body: { code: 160004 } });
    await thread.setName('Lunch, answered');
    expect(known.name).toBe('Lunch, answered');
    const followUp = nextMessage(client);
    member.post(known, 'And dinner?');
    expect(await followUp).toMatchObject({ content: 'And dinner?', channelId: thread.id });
  });

  it('stand alone, and are posts in a forum', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const [channel, forum] = [guild.addChannel(), guild.addChannel({ type: 'forum' })];
    const client = await login(server);
    const text = client.channels.cache.get(channel.id);
    const posts = client.channels.cache.get(forum.id);
    if (text?.type !== ChannelType.GuildText || posts?.type !== ChannelType.GuildForum)
      throw new Error('other channels');
    const alone = await text.threads.create({ name: 'Alone' });
    expect(server.channel(alone.id)).toMatchObject({ name: 'Alone', parent: channel });
    const file = { attachment: Buffer.from('a'), name: 'a.txt' };
    const post = await posts.threads.create({ name: 'Post', message: { content: 'First', files: [file], ...SILENT } });
    expect(server.channel(post.id).messages).toMatchObject([
      { id: post.id, content: 'First', attachments: [{ filename: 'a.txt' }] },
    ]);
    const created = once(client, 'threadCreate');
    const message = nextMessage(client);
    const asked = guild.addMember().openThread(forum, 'How?', 'How does it work?');
    expect(((await created) as [ThreadChannel])[0]).toMatchObject({ id: asked.id, name: 'How?' });
    expect(await message).toMatchObject({ id: asked.id, content: 'How does it work?' });
    expect(() => guild.addMember().post(forum, 'a')).toThrow('a forum takes posts');
    expect(await call(server, 'POST', `/channels/${forum.id}/messages`, { content: 'a' })).toMatchObject({
      body: { code: 50008 },
    });
  });

  it.each<[what: string, body: object]>([
    ['no name', { name: '' }],
    ['a name of 101 characters', { name: 'x'.repeat(101) }],
    ['another archive duration', { name: 'a', auto_archive_duration: 61 }],
    ['an unknown field', { name: 'a', title: 'b' }],
  ])('are refused with %s', async (_what, body) => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const { id } = guild.addMember().post(channel, 'a');
    for (const path of [`/channels/${channel.id}/threads`, `/channels/${channel.id}/messages/${id}/threads`])
      expect(await call(server, 'POST', path, { type: 11, ...body })).toMatchObject({
        status: 400,
        body: { code: 50035 },
      });
  });

  it('open when somebody posts, unless they are locked', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const thread = guild.addThread(guild.addChannel(), { isArchived: true });
    const path = `/channels/${thread.id}/messages`;
    expect(await call(server, 'POST', path, { content: 'a' })).toMatchObject({ status: 200 });
    expect(thread.thread).toMatchObject({ isArchived: false });
    guild.updateThread(thread, { isArchived: true });
    const edit = await call(server, 'PATCH', `${path}/${thread.messages[0]?.id}`, { content: 'b' });
    expect(edit).toMatchObject({ status: 400, body: { code: 50083 } });
    guild.updateThread(thread, { isLocked: true });
    expect(await call(server, 'POST', path, { content: 'a' })).toMatchObject({ status: 400, body: { code: 160005 } });
    expect(() => guild.addMember().post(thread, 'a')).toThrow('is locked');
    guild.setBotPermissions(['ViewChannel', 'SendMessagesInThreads', 'ManageThreads']);
    expect(await call(server, 'POST', path, { content: 'a' })).toMatchObject({ status: 200 });
  });

  it('are listed while they are active, and apart from that when they are archived', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const active = guild.addThread(channel);
    const archived = guild.addThread(channel, { isArchived: true });
    expect((await call(server, 'GET', `/guilds/${guild.id}/threads/active`)).body).toMatchObject({
      threads: [{ id: active.id }],
    });
    expect((await call(server, 'GET', `/channels/${channel.id}/threads/archived/public`)).body).toMatchObject({
      threads: [{ id: archived.id, thread_metadata: { archived: true } }],
      has_more: false,
    });
  });

  it('are told of when people archive, lock, rename and delete them', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const thread = guild.addThread(guild.addChannel());
    const client = await login(server);
    const updated = once(client, 'threadUpdate');
    guild.updateThread(thread, { isArchived: true, isLocked: true, name: 'Closed' });
    expect(((await updated) as ThreadChannel[])[1]).toMatchObject({ archived: true, locked: true, name: 'Closed' });
    const deleted = once(client, 'threadDelete');
    guild.deleteChannel(thread);
    expect(((await deleted) as [ThreadChannel])[0].id).toBe(thread.id);
    expect(await call(server, 'GET', `/channels/${thread.id}`)).toMatchObject({ status: 404, body: { code: 10003 } });
  });

  it('may be unknown to a client, which gets their messages all the same', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const thread = guild.addThread(guild.addChannel(), { isAnnounced: false });
    const client = await login(server);
    expect(client.channels.cache.has(thread.id)).toBe(false);
    const received = nextMessage(client);
    guild.addMember().post(thread, 'Here');
    expect(await received).toMatchObject({ content: 'Here', channelId: thread.id });
  });
});

describe('direct messages', () => {
  it('go both ways', async () => {
    const server = await openStandIn();
    const person = server.addUser('Ann');
    const client = await login(server);
    const received = nextMessage(client);
    const channel = server.addDirectMessage(person);
    person.post(channel, 'Hello');
    const message = await received;
    expect(message.channel.isDMBased()).toBe(true);
    await (await client.users.fetch(person.id)).send({ content: 'Good day', ...SILENT });
    expect(channel.messages.map(({ content }) => content)).toEqual(['Hello', 'Good day']);
    person.acceptsDirectMessages = false;
    await expect(message.reply('Again')).rejects.toMatchObject({ code: 50007 });
  });
});

describe('messages that are there', () => {
  it('are listed newest first: before, after and around one', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember();
    const ids = Array.from({ length: 7 }, (_message, index) => member.post(channel, String(index)).id);
    const listed = async (query: string): Promise<string> => {
      const { body } = await call(server, 'GET', `/channels/${channel.id}/messages?${query}`);
      return (body as Message[]).map(({ content }) => content).join('');
    };
    expect(await listed('')).toBe('6543210');
    expect(await listed('limit=2')).toBe('65');
    expect(await listed(`after=${ids[3]}&limit=2`)).toBe('54');
    expect(await listed(`before=${ids[3]}&limit=2`)).toBe('21');
    expect(await listed(`around=${ids[3]}&limit=3`)).toBe('432');
    for (const query of ['limit=101', 'limit=0', `after=1&before=2`, 'since=1'])
      expect(await call(server, 'GET', `/channels/${channel.id}/messages?${query}`)).toMatchObject({
        body: { code: 50035 },
      });
  });

  it('are told of when people edit, delete and react', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember();
    const client = await login(server, {
      intents: [Guilds, GuildMessages, GatewayIntentBits.GuildMessageReactions, GatewayIntentBits.MessageContent],
    });
    const received = nextMessage(client);
    const posted = member.post(channel, 'a');
    const message = await received;
    const updated = once(client, 'messageUpdate');
    member.edit(posted, 'b');
    expect(((await updated) as Message[])[1]?.content).toBe('b');
    await message.react('👀');
    expect(posted.reactions).toMatchObject([{ count: 1, me: true, emoji: { name: '👀' } }]);
    const reacted = once(client, 'messageReactionAdd');
    member.react(posted, '👀');
    await reacted;
    expect(posted.reactions).toMatchObject([{ count: 2 }]);
    await message.reactions.cache.get('👀')?.users.remove(client.user);
    expect(posted.reactions).toMatchObject([{ count: 1, me: false }]);
    const deleted = once(client, 'messageDelete');
    member.delete(posted);
    expect(((await deleted) as [Message])[0].id).toBe(posted.id);
    expect(await call(server, 'GET', `/channels/${channel.id}/messages/${posted.id}`)).toMatchObject({
      status: 404,
      body: { code: 10008 },
    });
  });

  it('are the same one when a nonce comes again, for some minutes', async () => {
    const clock = createFakeClock();
    const server = await openStandIn({ clock });
    const channel = server.addGuild().addChannel();
    const send = async (body: object): ReturnType<typeof call> =>
      call(server, 'POST', `/channels/${channel.id}/messages`, { content: 'a', nonce: '1', ...body });
    const first = await send({ enforce_nonce: true });
    expect((await send({ enforce_nonce: true })).body).toEqual(first.body);
    await send({ enforce_nonce: true, nonce: '2' });
    await send({});
    expect(channel.messages).toHaveLength(3);
    await clock.advance(300_001);
    await send({ enforce_nonce: true });
    expect(channel.messages).toHaveLength(4);
  });
});

describe('what people wrote', () => {
  it('comes without content where the intent is missing, but for what Discord makes an exception of', async () => {
    const server = await openStandIn({ privilegedIntents: [] });
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember();
    const client = await login(server, { intents: [Guilds, GuildMessages, DirectMessages] });
    const seen: Message[] = [];
    client.on('messageCreate', (message) => seen.push(message));
    const own = await call(server, 'POST', `/channels/${channel.id}/messages`, { content: 'own' });
    const answer = channel.messages[0]!;
    member.post(channel, { content: 'plain', attachments: [{ name: 'a.txt', bytes: Buffer.from('a') }] });
    member.post(channel, `<@${server.bot.id}> mention`);
    member.post(channel, { content: 'reply', replyTo: answer });
    member.post(channel, { content: 'silent reply', replyTo: answer, pingsAuthor: false });
    await call(server, 'POST', `/applications/${server.applicationId}/commands`, { name: 'ask', description: 'Asks.' });
    const run = member.useCommand(channel, 'ask');
    await call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, {
      type: 4,
      data: { content: 'response' },
    });
    member.post(channel, { content: 'reply to a response', replyTo: await run.reply() });
    member.post(server.addDirectMessage(member), 'direct');
    await eventually('all messages came', () => seen.length === 8);
    expect(own.status).toBe(200);
    expect(seen.map(({ content }) => content)).toEqual([
      'own',
      '',
      `<@${server.bot.id}> mention`,
      'reply',
      '',
      'response',
      '',
      'direct',
    ]);
    expect(seen[1]?.attachments.size).toBe(0);
    const { body } = await call(server, 'GET', `/channels/${channel.id}/messages?limit=1`);
    expect(body).toMatchObject([{ content: '', referenced_message: { content: 'response' } }]);
  });

  it('comes with content where the intent is there', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const client = await login(server);
    const received = nextMessage(client);
    guild.addMember().post(channel, { content: 'plain', attachments: [{ name: 'a.txt', bytes: Buffer.from('a') }] });
    expect(await received).toMatchObject({ content: 'plain', attachments: { size: 1 } });
  });

  it('is kept back from a session that did not ask for it', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const client = await login(server, { intents: [Guilds] });
    const messages: Message[] = [];
    client.on('messageCreate', (message) => messages.push(message));
    guild.addMember().post(channel, 'plain');
    const created = once(client, 'threadCreate');
    guild.addThread(channel);
    await created;
    expect(messages).toEqual([]);
  });
});

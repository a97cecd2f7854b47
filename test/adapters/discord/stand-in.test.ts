import { once } from 'node:events';
import { ChannelType, type Message, MessageType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { login, openStandIn } from './open-stand-in.js';

describe('discord.js, on the stand-in', () => {
  it('knows the guild with its channels, its roles and what the bot may do', async () => {
    const server = await openStandIn();
    const guild = server.addGuild({ name: 'Coaching' });
    const channel = guild.addChannel({ name: 'help' });
    guild.addChannel({ name: 'questions', type: 'forum' });
    const thread = guild.addThread(channel, { name: 'Old question' });
    guild.overwriteBot(channel, { deny: ['AttachFiles'] });
    const client = await login(server);
    const known = client.guilds.cache.get(guild.id);
    expect(known?.channels.cache.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: 'help', type: ChannelType.GuildText },
      { name: 'questions', type: ChannelType.GuildForum },
      { name: 'Old question', type: ChannelType.PublicThread },
    ]);
    const permissions = known?.channels.cache.get(thread.id)?.permissionsFor(client.user);
    expect(permissions?.has('SendMessagesInThreads')).toBe(true);
    expect(permissions?.has('AttachFiles')).toBe(false);
    expect(server.violations).toEqual([]);
  });

  it('gets a message, answers it, edits and deletes the answer', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const member = guild.addMember({ name: 'Ann' });
    const client = await login(server);
    const received = once(client, 'messageCreate');
    const posted = member.post(channel, `<@${server.bot.id}> When is lunch?`);
    const [message] = (await received) as [Message];
    expect(message).toMatchObject({ id: posted.id, content: posted.content, author: { globalName: 'Ann' } });
    expect(message.mentions.has(client.user)).toBe(true);
    const reply = await message.reply({ content: 'At noon.', allowedMentions: { parse: [], repliedUser: false } });
    expect(channel.messages.at(-1)).toMatchObject({
      content: 'At noon.',
      type: MessageType.Reply,
      message_reference: { message_id: posted.id },
    });
    await reply.edit({ content: 'At one.', allowedMentions: { parse: [] } });
    expect(channel.messages.at(-1)).toMatchObject({
      content: 'At one.',
      edited_timestamp: expect.any(String) as string,
    });
    await reply.delete();
    expect(channel.messages.map(({ id }) => id)).toEqual([posted.id]);
    expect(server.pings).toEqual([]);
    expect(server.violations).toEqual([]);
  });

  it('connects all its shards', async () => {
    const server = await openStandIn({ shards: 2, maxConcurrency: 2 });
    const guilds = [server.addGuild(), server.addGuild(), server.addGuild()];
    const client = await login(server, { shards: 'auto' });
    expect(client.guilds.cache.size).toBe(guilds.length);
    expect(server.gateway.sessions.map(({ shard }) => shard).toSorted(([a], [b]) => a - b)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(client.guilds.cache.get(guilds[0]!.id)?.shardId).not.toBe(client.guilds.cache.get(guilds[1]!.id)?.shardId);
  });

  it('waits for no guild that is unavailable, and is told nothing of it', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    guild.isUnavailable = true;
    const channel = guild.addChannel();
    const client = await login(server, { waitGuildTimeout: 1 });
    const seen: string[] = [];
    client.on('messageCreate', ({ content }) => seen.push(content));
    guild.addMember().post(channel, 'unseen');
    const other = server.addGuild();
    other.addMember().post(other.addChannel(), 'seen');
    await expect.poll(() => seen).toEqual(['seen']);
    expect(client.guilds.cache.get(guild.id)?.available).toBe(false);
  });
});

describe('people', () => {
  it('do only what Discord lets them do', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const channel = guild.addChannel();
    const [ann, bob] = [guild.addMember({ name: 'Ann' }), guild.addMember({ name: 'Bob' })];
    const posted = ann.post(channel, 'a');
    expect(() => ann.post(channel, '')).toThrow('cannot be empty');
    expect(() => bob.edit(posted, 'b')).toThrow('edited by its author alone');
    expect(() => bob.delete(posted)).toThrow('may not delete messages of others');
    expect(() => guild.addMember({ permissions: ['ManageMessages'] }).delete(posted)).not.toThrow();
    expect(channel.messages).toEqual([]);
    bob.leave(guild);
    expect(() => bob.post(channel, 'b')).toThrow('bob is not in Community');
    expect(() => ann.post(server.addDirectMessage(bob), 'a')).toThrow('is not in this conversation');
    expect(() => guild.updateThread(channel, { isArchived: true })).toThrow('is not a thread');
    const last = ann.post(channel, 'last');
    guild.deleteChannel(channel);
    expect(() => ann.react(last, '👀')).toThrow('there is no channel');
    expect(() => server.channelOf(last)).toThrow('there is no channel');
    expect(() => ann.post(channel, 'a')).toThrow('is deleted');
    expect(() => server.channel(channel.id)).toThrow('there is no channel');
  });
});

import { describe, expect, it } from 'vitest';
import type { Channel, Message } from '../../support/discord/world.js';
import { eventually } from '../../support/eventually.js';
import { type DiscordDocent, openDocent, shows, threadOf, upload } from './open-docent.js';

async function opened(environment: Readonly<Record<string, string>> = {}): Promise<DiscordDocent> {
  const docent = await openDocent({ environment });
  await docent.link();
  await docent.addDocument();
  return docent;
}

const ofBot = ({ server }: DiscordDocent, channel: Channel): Message[] =>
  channel.messages.filter(({ author }) => author.id === server.bot.id);

describe('asking on Discord', () => {
  it('answers /ask in a thread below the question, and follow-ups there without a mention', async () => {
    const { server, channel, member } = await opened();
    const run = member.useCommand(channel, 'ask', { question: 'When are refunds paid?' });
    expect((await run.reply()).content).toBe('> When are refunds paid?');
    const asked = run.messages[0];
    const thread = server.channel(asked?.id ?? '');
    expect(thread.name).toBe('When are refunds paid?');
    const answer = await shows(() => thread.messages, /within ten days/);
    expect(answer.content).toMatch(/\*\*Sources\*\*\n\\\[1\\\] handbook\.md, Refunds/);
    expect(answer.content).toMatch(/^-# Confidence: (?:high|medium|low)/m);

    member.post(thread, 'How much water before a long run?');
    await shows(() => thread.messages, /half a litre/);
    expect(server.violations).toEqual([]);
    expect(server.pings).toEqual([]);
  });

  it('answers a mention in a thread of the message, and talks on there', async () => {
    const docent = await opened();
    const { server, channel, member } = docent;
    const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /within ten days/);
    member.post(thread, 'And how many hours of sleep restore muscles?');
    await shows(() => thread.messages, /Eight hours/);
    expect(server.violations).toEqual([]);
  });

  it('replies in the channel where the settings say so, and knows a reply to that as a follow-up', async () => {
    const docent = await opened({ DISCORD_ANSWERS: 'reply' });
    const { server, channel, member } = docent;
    const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    const answer = await shows(() => ofBot(docent, channel), /within ten days/);
    expect(answer.message_reference?.message_id).toBe(asked.id);
    member.post(channel, { content: 'And the hours of sleep?', replyTo: answer });
    const second = await shows(() => ofBot(docent, channel), /Eight hours/);
    expect(docent.guild.channels.has(asked.id)).toBe(false);
    member.post(channel, { content: `<@${server.bot.id}>`, replyTo: second });
    await shows(() => ofBot(docent, channel), /Ask me something/);
    expect(server.violations).toEqual([]);
  });

  it('answers in the post of a forum', async () => {
    const docent = await opened();
    const { server, guild, member } = docent;
    const forum = guild.addChannel({ name: 'questions', type: 'forum' });
    await docent.link({ channel: guild.addThread(forum, { name: 'Setting up' }) });
    const post = member.openThread(forum, 'Refunds', `<@${server.bot.id}> When are refunds paid?`);
    await shows(() => post.messages, /within ten days/);
    member.post(post, 'How much water before a long run?');
    await shows(() => post.messages, /half a litre/);
    expect(server.violations).toEqual([]);
  });

  it('answers in direct messages from the knowledge of a server that the person is in', async () => {
    const { server, member } = await opened();
    const direct = server.addDirectMessage(member);
    member.post(direct, 'When are refunds paid?');
    await shows(() => direct.messages, /within ten days/);
    const stranger = server.addUser('Sam');
    const other = server.addDirectMessage(stranger);
    stranger.post(other, 'When are refunds paid?');
    await eventually('the stranger hears something', () => other.messages.length === 2);
    expect(other.messages[1]?.content).not.toMatch(/ten days/);
    // Asking whether the stranger is a member is how it is found out.
    expect(server.violations.map(({ code }) => code)).toEqual([10_007]);
  });

  it('answers in a thread that discord.js has never seen', async () => {
    const { server, guild, channel, member } = await opened();
    const thread = guild.addThread(channel, { isAnnounced: false });
    member.post(thread, `<@${server.bot.id}> When are refunds paid?`);
    await shows(() => thread.messages, /within ten days/);
    expect(server.violations).toEqual([]);
  });

  it('answers what is asked beside a picture, unasked by name, in a thread like any other question', async () => {
    const docent = await opened();
    const { server, channel, manager, member } = docent;
    await manager.useCommand(channel, 'mode', { mode: 'all' }).reply();
    const picture = upload('screen.png', Buffer.from('89504e470d0a1a0a', 'hex'));
    const asked = member.post(channel, { content: 'When are refunds paid?', attachments: [picture] });
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /within ten days/);
    member.post(thread, 'How much water before a long run?');
    await shows(() => thread.messages, /half a litre/);
    expect(server.violations).toEqual([]);
  });

  it('stays silent on other bots, on talk that is not meant for it, and on itself', async () => {
    const docent = await opened();
    const { server, guild, channel, member } = docent;
    const robot = guild.addMember({ name: 'Robot', isBot: true });
    robot.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    member.post(channel, 'When are refunds paid?');
    member.post(channel, `<@${robot.id}> When are refunds paid?`);
    const asked = member.post(channel, `<@${server.bot.id}> How many hours of sleep?`);
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /Eight hours/);
    // The replies to setting it up are the only other ones.
    expect(ofBot(docent, channel).filter(({ content }) => /ten days/.test(content))).toEqual([]);
    expect([...guild.channels.values()].filter((place) => place.thread !== undefined)).toHaveLength(1);
  });

  it('splits a long answer at safe places and calls nobody', async () => {
    const docent = await openDocent();
    await docent.link();
    const rows = Array.from(
      { length: 80 },
      (_, index) => `Rule ${index}: @everyone wears <@${docent.member.id}> shoe ${index}.`,
    );
    await docent.addDocument('rules.md', ['# Shoe rules', '', ...rows].join('\n\n'));
    const { server, channel, member } = docent;
    const asked = member.post(
      channel,
      `<@${server.bot.id}> What do the shoe rules say about shoes that everyone wears?`,
    );
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /Sources/);
    expect(server.pings).toEqual([]);
    expect(server.violations).toEqual([]);
  });
});

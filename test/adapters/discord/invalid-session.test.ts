import { describe, expect, it } from 'vitest';
import type { Channel, Guild } from '../../support/discord/world.js';
import type { Person } from '../../support/discord/people.js';
import { shardOf } from '../../support/discord/snowflake.js';
import { eventually } from '../../support/eventually.js';
import { type DiscordDocent, handbook, openDocent, shows, threadOf, upload, written } from './open-docent.js';

async function opened(shards = 1): Promise<DiscordDocent> {
  const docent = await openDocent({ server: { shards, maxConcurrency: 16 } });
  await docent.link();
  await docent.addDocument();
  return docent;
}

const QUESTIONS = {
  refunds: ['When are refunds paid?', /within ten days/],
  water: ['How much water before a long run?', /half a litre/],
  sleep: ['How many hours of sleep?', /Eight hours/],
} as const;
type Topic = keyof typeof QUESTIONS;

/** What the bot answered in a place, in order, by what was asked. */
const answersIn = ({ server }: DiscordDocent, place: Channel): (Topic | 'other')[] =>
  written(place)
    .filter(({ author }) => author.id === server.bot.id)
    .map(({ content }) => (Object.keys(QUESTIONS) as Topic[]).find((topic) => QUESTIONS[topic][1].test(content)))
    .map((topic) => topic ?? 'other');

const answered = (docent: DiscordDocent, place: Channel, topic: Topic): Promise<void> =>
  eventually(`${topic} is answered`, () => answersIn(docent, place).includes(topic));

/** A thread with its first answer. */
async function talk(docent: DiscordDocent, channel: Channel, member: Person, guild: Guild): Promise<Channel> {
  const asked = member.post(channel, `<@${docent.server.bot.id}> ${QUESTIONS.refunds[0]}`);
  const thread = await threadOf({ guild }, asked);
  await shows(() => thread.messages, QUESTIONS.refunds[1]);
  return thread;
}

/** Where a second guild is on the other shard of two. */
async function secondGuild({ server }: DiscordDocent) {
  const guild = server.addGuild({ name: 'Running' });
  guild.addChannel({ name: 'general' });
  const channel = guild.addChannel({ name: 'help' });
  const manager = guild.addMember({ permissions: ['ManageGuild'] });
  await manager.useCommand(channel, 'link', { creator: 'runner' }).reply();
  const run = manager.useCommand(channel, 'ingest', { file: upload('handbook.md', handbook) });
  await shows(() => run.messages, /can be asked about now/);
  return { guild, channel, member: guild.addMember() };
}

describe('a session that Discord calls invalid', () => {
  it('and that can be resumed brings everything that happened meanwhile, once', async () => {
    const docent = await opened();
    const { server, channel, member, guild } = docent;
    const thread = await talk(docent, channel, member, guild);
    const direct = server.addDirectMessage(member);
    server.gateway.repeatedAfterResume = 3;
    member.post(thread, QUESTIONS.water[0]);
    server.gateway.invalidateSession(true);
    member.post(thread, QUESTIONS.sleep[0]);
    member.post(direct, QUESTIONS.water[0]);
    const mention = member.post(channel, `<@${server.bot.id}> ${QUESTIONS.sleep[0]}`);
    const run = member.useCommand(channel, 'ask', { question: QUESTIONS.refunds[0] });
    await answered(docent, thread, 'sleep');
    await answered(docent, direct, 'water');
    await answered(docent, await threadOf(docent, mention), 'sleep');
    await eventually('the command opened a thread', () => guild.channels.has(run.messages[0]?.id ?? ''));
    const ofCommand = server.channel(run.messages[0]?.id ?? '');
    await answered(docent, ofCommand, 'refunds');
    await docent.stop();
    expect([server.gateway.identifies, server.gateway.resumes]).toEqual([1, 1]);
    expect(answersIn(docent, thread)).toEqual(['refunds', 'water', 'sleep']);
    expect(answersIn(docent, direct)).toEqual(['water']);
    expect(answersIn(docent, server.channel(mention.id))).toEqual(['sleep']);
    expect(answersIn(docent, ofCommand)).toEqual(['refunds']);
    expect(server.violations).toEqual([]);
  });

  it('and that is gone costs nothing in threads and direct messages where Docent answered', async () => {
    const docent = await opened();
    const { server, channel, member, guild } = docent;
    const thread = await talk(docent, channel, member, guild);
    const direct = server.addDirectMessage(member);
    member.post(direct, QUESTIONS.refunds[0]);
    await answered(docent, direct, 'refunds');
    member.post(thread, QUESTIONS.water[0]);
    server.gateway.invalidateSession(false);
    member.post(thread, QUESTIONS.sleep[0]);
    member.post(direct, QUESTIONS.water[0]);
    await eventually('it began a session anew', () => server.gateway.identifies === 2);
    member.post(direct, QUESTIONS.sleep[0]);
    await answered(docent, thread, 'sleep');
    await answered(docent, direct, 'water');
    await answered(docent, direct, 'sleep');
    await docent.stop();
    expect(server.gateway.resumes).toBe(0);
    expect(answersIn(docent, thread)).toEqual(['refunds', 'water', 'sleep']);
    // What is heard before the look into a place begins may be answered first.
    expect(answersIn(docent, direct).toSorted()).toEqual(['refunds', 'sleep', 'water']);
  });

  it('on one shard alone is caught up with on that shard, while the other one goes on', async () => {
    const docent = await opened(2);
    const { server, channel, member, guild } = docent;
    const other = await secondGuild(docent);
    const thread = await talk(docent, channel, member, guild);
    const otherThread = await talk(docent, other.channel, other.member, other.guild);
    const looksInto = ({ id }: Channel): number =>
      server.requests.filter(({ path, query }) => query.has('after') && path === `/channels/${id}/messages`).length;
    const before = looksInto(thread);
    server.gateway.invalidateSession(false, shardOf(other.guild.id, 2));
    member.post(thread, QUESTIONS.sleep[0]);
    other.member.post(otherThread, QUESTIONS.water[0]);
    await answered(docent, thread, 'sleep');
    await answered(docent, otherThread, 'water');
    await docent.stop();
    expect(looksInto(thread)).toBe(before);
    expect(looksInto(otherThread)).toBe(1);
    expect(answersIn(docent, thread)).toEqual(['refunds', 'sleep']);
    expect(answersIn(docent, otherThread)).toEqual(['refunds', 'water']);
  });
});

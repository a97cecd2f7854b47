import { ComponentType } from 'discord.js';
import { expect, describe, it } from 'vitest';
import type { Message } from '../../support/discord/world.js';
import { eventually } from '../../support/eventually.js';
import { type DiscordDocent, buttonOf, openDocent, shows, threadOf } from './open-docent.js';

/** The answer to a question, with its buttons. */
async function answered(
  environment: Readonly<Record<string, string>> = {},
): Promise<DiscordDocent & { answer: Message }> {
  const docent = await openDocent({ environment });
  await docent.link();
  await docent.addDocument();
  const { server, channel, member } = docent;
  const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
  const thread = await threadOf(docent, asked);
  return { ...docent, answer: await shows(() => thread.messages, /within ten days/) };
}

describe('an answer on Discord', () => {
  it('shows the passage of a source to whoever asks, with the searched words marked', async () => {
    const { server, member, answer } = await answered();
    const run = member.select(answer, buttonOf(answer, 'Show passage'), ['1']);
    const passage = await run.reply();
    expect(passage.flags).toBe(64 | 4);
    expect(passage.content).toMatch(/^\*\*handbook\.md, Refunds\*\*\n\n> .*\*\*Refunds\*\*/);
    expect(passage.content).toMatch(/\*\*paid\*\*/);
    expect(server.violations).toEqual([]);
  });

  it('says with the passage that its document is gone', async () => {
    const { manager, channel, member, answer } = await answered();
    await manager.useCommand(channel, 'forget', { document: 'handbook.md' }).reply();
    const run = member.select(answer, buttonOf(answer, 'Show passage'), ['1']);
    expect((await run.reply()).content).toMatch(/\n\n\*The document has been removed since\.[^\n]*\*\n\n> /);
  });

  it('takes a thumb up', async () => {
    const { member, answer, server } = await answered();
    const run = member.press(answer, buttonOf(answer, '👍'));
    expect((await run.reply()).content).toMatch(/Thank you/);
    expect(server.violations).toEqual([]);
  });

  it('counts a thumb down at once, and its reason when one is given', async () => {
    const docent = await answered();
    const { manager, member, answer, channel, server } = docent;
    const run = member.press(answer, buttonOf(answer, '👎'));
    const form = await run.modal();
    expect(form.title).toBe('Feedback');
    const stats = async (): Promise<string> => (await manager.useCommand(channel, 'stats').reply()).content;
    await eventually('the vote counts', async () => /👎|down|not/.test(await stats()));
    const sent = member.submit(run, { reason: 'It is out of date.' });
    expect((await sent.reply()).content).toMatch(/what to improve/);
    expect(server.violations).toEqual([]);
  });

  it('offers a form for the next question where messages cannot be read', async () => {
    const { server, guild, channel, manager, member, answer } = await answered({ DISCORD_MESSAGE_CONTENT: 'false' });
    const run = member.press(answer, buttonOf(answer, 'Ask a follow-up'));
    await run.modal();
    const sent = member.submit(run, { question: 'How much water before a long run?' });
    expect((await sent.reply()).content).toMatch(/^> How much water[^]*half a litre/);

    // Untagged messages come without their words, and are no question.
    const thread = server.channelOf(answer);
    const before = thread.messages.length;
    member.post(thread, 'How many hours of sleep?');
    member.post(thread, { content: 'How many hours of sleep restore muscles?', replyTo: answer });
    await shows(() => thread.messages, /Eight hours/);
    expect(thread.messages.length).toBe(before + 3);

    const admins = guild.addChannel({ name: 'admins' });
    await manager.useCommand(channel, 'link', { creator: 'coach', 'whole-workspace': true }).reply();
    await manager.useCommand(admins, 'admin-channel').reply();
    const other = guild.addChannel({ name: 'other' });
    member.post(other, `<@${server.bot.id}> When are refunds paid?`);
    await shows(() => admins.messages, /cannot read messages that do not mention me/);
    expect(server.violations).toEqual([]);
  });

  it('says that a button of another version does nothing any more', async () => {
    const { member, answer, server } = await answered();
    const [row] = answer.components ?? [];
    if (row?.type === ComponentType.ActionRow && row.components[0]?.type === ComponentType.StringSelect)
      row.components[0].custom_id = 'something-else';
    const run = member.select(answer, 'something-else', ['1']);
    expect((await run.reply()).content).toMatch(/do not have that command any more/);
    expect(server.violations).toEqual([]);
  });
});

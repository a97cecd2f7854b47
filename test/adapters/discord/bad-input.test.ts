import { describe, expect, it } from 'vitest';
import { makePdf } from '../../support/make-pdf.js';
import { eventually } from '../../support/eventually.js';
import type { Upload } from '../../support/discord/world.js';
import { type DiscordDocent, openDocent, shows, threadOf, upload } from './open-docent.js';

async function opened(): Promise<DiscordDocent> {
  const docent = await openDocent();
  await docent.link();
  await docent.addDocument();
  return docent;
}

/** What becomes of a file that a manager posts with a mention. */
async function outcomeOf({ server, channel, manager }: DiscordDocent, file: Upload): Promise<string> {
  const known = channel.messages.length;
  manager.post(channel, { content: `<@${server.bot.id}>`, attachments: [file] });
  const message = await shows(() => channel.messages.slice(known), /was not added|can be asked/);
  return message.content;
}

describe('bad input on Discord', () => {
  it('of a server that is not linked says how to link it', async () => {
    const { server, channel, member } = await openDocent();
    member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    const reply = await shows(() => channel.messages, /"link"/);
    expect(reply.content).toMatch(/has no knowledge of its own yet\. A manager can give it one/);
    const run = member.useCommand(channel, 'ask', { question: 'When are refunds paid?' });
    expect((await run.reply()).content).toMatch(/link/i);
    expect(run.messages).toHaveLength(1);
    expect(server.violations).toEqual([]);
  });

  it('of a document that is not there names it', async () => {
    const { channel, manager, server } = await opened();
    const run = manager.useCommand(channel, 'forget', { document: 'nothing.pdf' });
    expect((await run.reply()).content).toMatch(/nothing\.pdf/);
    expect(server.violations).toEqual([]);
  });

  it('of files says of each kind what is wrong with it', async () => {
    const docent = await opened();
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    expect(await outcomeOf(docent, upload('picture.png', png))).toMatch(
      /picture\.png\*\* was not added\. .*(?:read|kind)/,
    );
    expect(await outcomeOf(docent, upload('empty.txt', ''))).toMatch(/empty\.txt\*\* was not added\./);
    const locked = await makePdf({ pages: [['Secret.']], userPassword: 'secret' });
    expect(await outcomeOf(docent, upload('locked.pdf', locked))).toMatch(/locked\.pdf\*\* was not added\. .*password/);
    const huge = { ...upload('huge.pdf', 'x'), statedSizeBytes: 60_000_000 };
    expect(await outcomeOf(docent, huge)).toMatch(/huge\.pdf\*\* was not added\. It has 60 MB, more than the 25 MB/);
    docent.server.cdn.failNext({ kind: 'larger', extraBytes: 30_000_000 });
    expect(await outcomeOf(docent, upload('liar.txt', 'Short.'))).toMatch(/liar\.txt\*\* was not added\./);
    expect(docent.server.violations).toEqual([]);
  });

  it('of a file that was deleted meanwhile says so', async () => {
    const { server, channel, manager } = await opened();
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.failNext({ method: 'GET', path: /^\/channels\/\d+\/messages\/\d+$/, until });
    const posted = manager.post(channel, {
      content: `<@${server.bot.id}>`,
      attachments: [upload('gone.txt', 'Gone.')],
    });
    manager.delete(posted);
    release();
    await shows(() => channel.messages, /gone\.txt\*\* was not added\. .*deleted/);
  });

  it('of an archived thread opens it, and of a locked one answers directly', async () => {
    const docent = await opened();
    const { server, guild, channel, member } = docent;
    const asked = member.post(channel, `<@${server.bot.id}> When are refunds paid?`);
    const thread = await threadOf(docent, asked);
    await shows(() => thread.messages, /within ten days/);
    guild.updateThread(thread, { isArchived: true });
    member.post(thread, 'How much water before a long run?');
    await shows(() => thread.messages, /half a litre/);

    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.failNext({ method: 'POST', path: /\/typing$/, until });
    server.failNext({ method: 'POST', path: new RegExp(`^/channels/${thread.id}/messages$`), until });
    member.post(thread, 'How many hours of sleep?');
    guild.updateThread(thread, { isLocked: true, isArchived: true });
    release();
    const direct = server.addDirectMessage(member);
    const reply = await shows(() => direct.messages, /Eight hours/);
    expect(reply.content).toMatch(new RegExp(`^I may not write in <#${thread.id}>, so here it is:`));
  });

  it('of a member without permission says whom to ask', async () => {
    const docent = await opened();
    const { server, channel, member } = docent;
    const run = member.useCommand(channel, 'ingest', { file: upload('mine.txt', 'Mine.') });
    expect((await run.reply()).content).toMatch(/Adding files is for managers/);
    member.post(channel, { content: `<@${server.bot.id}>`, attachments: [upload('mine.txt', 'Mine.')] });
    await shows(() => channel.messages.slice(-1), /Adding files is for managers/);
    expect(server.violations).toEqual([]);
  });

  it('of a question of more than 4,000 characters says how long it may be, and answers one of 4,000', async () => {
    const { server, guild, channel, member } = await opened();
    const long = `When are refunds paid? ${'Please. '.repeat(600)}`.slice(0, 4_000);
    const run = member.useCommand(channel, 'ask', { question: long });
    await eventually('there is a thread', () => guild.channels.has(run.messages[0]?.id ?? ''));
    const thread = server.channel(run.messages[0]?.id ?? '');
    await eventually('there is an answer', () => thread.messages.length > 0);
    const longer = member.useCommand(channel, 'ask', { question: `${long}more` });
    expect((await longer.reply()).content).toMatch(/4,?000/);
    expect(server.violations).toEqual([]);
  });

  it('of emoji alone asks for words', async () => {
    const docent = await opened();
    const { server, channel, member } = docent;
    for (const emoji of ['😀', '<:party:123456789012345678>']) {
      const known = channel.messages.length;
      member.post(channel, `<@${server.bot.id}> ${emoji}`);
      const reply = await shows(() => channel.messages.slice(known + 1), /words/);
      expect(reply.content).not.toMatch(/Sources/);
    }
    expect(server.violations).toEqual([]);
  });
});

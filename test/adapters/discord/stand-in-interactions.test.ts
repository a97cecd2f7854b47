import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Person } from '../../support/discord/people.js';
import { type Room, call, openRoomWith } from './open-stand-in.js';

const MINUTE_MS = 60_000;
const SILENT = { allowedMentions: { parse: [] } } as const;

const ask = {
  name: 'ask',
  description: 'Asks a question.',
  options: [
    { type: 3, name: 'question', description: 'What to ask.', required: true, max_length: 20 },
    { type: 3, name: 'tone', description: 'How to answer.', choices: [{ name: 'Short', value: 'short' }] },
    { type: 4, name: 'sources', description: 'How many.', min_value: 1, max_value: 5 },
    { type: 11, name: 'file', description: 'A file.', file_types: ['.pdf'] },
    { type: 10, name: 'share', description: 'How much.', choices: [{ name: 'Half', value: 0.5 }] },
    { type: 6, name: 'member', description: 'Who.' },
    { type: 7, name: 'channel', description: 'Where.' },
    { type: 3, name: 'document', description: 'Which.', autocomplete: true },
  ],
};
const report = {
  name: 'report',
  description: 'Reports.',
  options: [{ type: 1, name: 'now', description: 'At once.' }],
};
const managers = { name: 'link', description: 'Links.', default_member_permissions: '32', contexts: [0] };
const keep = { name: 'Add to knowledge', type: 3 };

const openRoom = async (): Promise<Room> => openRoomWith([ask, report, managers, keep]);

describe('a slash command', () => {
  it('arrives with its options, the member and what the app may do', async () => {
    const { server, guild, channel, member, next } = await openRoom();
    const bytes = Buffer.from('%PDF-1.7');
    const received = next();
    member.useCommand(channel, 'ask', {
      question: 'When?',
      sources: 3,
      file: { name: 'a b.pdf', bytes },
      member,
      channel,
    });
    const interaction = (await received) as ChatInputCommandInteraction<'cached'>;
    expect(interaction).toMatchObject({
      commandName: 'ask',
      guildId: guild.id,
      channelId: channel.id,
      attachmentSizeLimit: 10_485_760,
    });
    expect(interaction.options.getString('question')).toBe('When?');
    expect(interaction.options.getInteger('sources')).toBe(3);
    expect(interaction.options.getMember('member')?.id).toBe(member.id);
    expect(interaction.options.getChannel('channel')?.id).toBe(channel.id);
    expect(interaction.memberPermissions.has('SendMessages')).toBe(true);
    expect(interaction.appPermissions.has('CreatePublicThreads')).toBe(true);
    const file = interaction.options.getAttachment('file', true);
    expect(file).toMatchObject({ name: 'a_b.pdf', size: 8, ephemeral: true });
    expect(file.url).toContain('/ephemeral-attachments/');
    expect(Buffer.from(await (await fetch(file.url)).arrayBuffer())).toEqual(bytes);
    expect(server.violations).toEqual([]);
  });

  it('is deferred, filled, edited and followed', async () => {
    const { server, channel, member, next } = await openRoom();
    const received = next();
    const run = member.useCommand(channel, 'ask', { question: 'When?' });
    const interaction = (await received) as ChatInputCommandInteraction;
    await interaction.deferReply();
    expect(await run.acknowledged()).toBe('deferred');
    expect(channel.messages).toMatchObject([
      { content: '', flags: MessageFlags.Loading, interaction_metadata: { id: run.id } },
    ]);
    await interaction.editReply({ content: 'At noon.', ...SILENT });
    expect(await run.reply()).toMatchObject({ content: 'At noon.', flags: 0 });
    const second = await interaction.followUp({ content: 'Bring a spoon.', ...SILENT });
    await second.edit({ content: 'Bring a fork.', ...SILENT });
    expect(run.messages.map(({ content }) => content)).toEqual(['At noon.', 'Bring a fork.']);
    await interaction.deleteReply();
    expect(channel.messages.map(({ content }) => content)).toEqual(['Bring a fork.']);
    expect(server.violations).toEqual([]);
    expect(server.pings).toEqual([]);
  });

  it('keeps the ephemerality of its defer, and shows that to nobody else', async () => {
    const { channel, guild, member, next } = await openRoom();
    const received = next();
    const run = member.useCommand(channel, 'ask', { question: 'When?' });
    const interaction = (await received) as ChatInputCommandInteraction;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    // Right after a defer a follow-up fills the loading message.
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: 'More', custom_id: 'more' }] }];
    await interaction.webhook.send({ content: 'Only you.', components, ...SILENT });
    expect(run.messages).toMatchObject([{ content: 'Only you.', flags: MessageFlags.Ephemeral }]);
    await interaction.followUp({ content: 'All.', ...SILENT });
    expect(channel.messages.map(({ content }) => content)).toEqual(['All.']);
    const hidden = run.messages[0]!;
    expect(() => guild.addMember().press(hidden, 'more')).toThrow('shown to somebody else alone');
    expect(() => member.press(hidden, 'more')).not.toThrow();
  });

  it('answers with the message where that is asked for', async () => {
    const { channel, member, next } = await openRoom();
    const received = next();
    const run = member.useCommand(channel, 'ask', { question: 'When?' });
    const response = await ((await received) as ChatInputCommandInteraction).reply({
      content: 'At noon.',
      flags: MessageFlags.Ephemeral,
      withResponse: true,
    });
    expect(response.resource?.message?.id).toBe(run.messages[0]?.id);
    expect(response.interaction).toMatchObject({ responseMessageEphemeral: true, responseMessageLoading: false });
  });

  it('cannot be answered twice, or after 3 seconds', async () => {
    const { server, clock, channel, member, next } = await openRoom();
    const start = async (): Promise<ChatInputCommandInteraction> => {
      const received = next();
      member.useCommand(channel, 'ask', { question: 'When?' });
      return (await received) as ChatInputCommandInteraction;
    };
    const inTime = await start();
    await clock.advance(3_000 - 1);
    await inTime.deferReply();
    const path = `/interactions/${inTime.id}/${inTime.token}/callback`;
    expect(await call(server, 'POST', path, { type: 5 })).toMatchObject({ status: 400, body: { code: 40060 } });
    const late = await start();
    await clock.advance(3_001);
    await expect(late.deferReply()).rejects.toMatchObject({ code: 10062, status: 404 });
    await expect(late.editReply('Late.')).rejects.toThrow();
    expect(
      await call(server, 'PATCH', `/webhooks/${server.applicationId}/${late.token}/messages/@original`, {
        content: 'a',
      }),
    ).toMatchObject({ body: { code: 10015 } });
    expect(await call(server, 'POST', `/interactions/1/${late.token}/callback`, { type: 5 })).toMatchObject({
      body: { code: 10062 },
    });
  });

  it('tells its person when no answer came', async () => {
    const { clock, channel, member } = await openRoom();
    const run = member.useCommand(channel, 'ask', { question: 'When?' });
    await clock.advance(3_000);
    await expect(run.acknowledged()).rejects.toThrow('The application did not respond');
    await expect(run.reply()).rejects.toThrow('The application did not respond');
  });

  it('has a token for 15 minutes', async () => {
    const { clock, channel, member, next } = await openRoom();
    const received = next();
    member.useCommand(channel, 'ask', { question: 'When?' });
    const interaction = (await received) as ChatInputCommandInteraction;
    await interaction.deferReply();
    await clock.advance(15 * MINUTE_MS);
    await interaction.editReply({ content: 'Just in time.', ...SILENT });
    await clock.advance(1);
    await expect(interaction.editReply('Late.')).rejects.toMatchObject({ code: 50027, status: 401 });
    await expect(interaction.followUp('Late.')).rejects.toMatchObject({ code: 50027 });
  });

  it('refuses a response of a wrong kind', async () => {
    const { server, channel, member } = await openRoom();
    const run = member.useCommand(channel, 'ask', { question: 'When?' });
    const respond = async (body: object): ReturnType<typeof call> =>
      call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, body);
    for (const body of [
      { type: 6 },
      { type: 7, data: { content: 'a' } },
      { type: 8, data: { choices: [] } },
      { type: 99 },
    ])
      expect(await respond(body)).toMatchObject({ status: 400, body: { code: 50035, errors: { type: {} } } });
    expect(await respond({ type: 5, data: { flags: 4 } })).toMatchObject({ body: { code: 50035 } });
    expect(await respond({ type: 5, data: { content: 'a' } })).toMatchObject({ body: { code: 50035 } });
    expect(await respond({ type: 4, data: { content: 'x'.repeat(2_001) } })).toMatchObject({ body: { code: 50035 } });
    expect(run.acknowledgement).toBeUndefined();
  });

  it('is a mistake of the test when nobody could use it so', async () => {
    const { server, guild, channel, member } = await openRoom();
    const use = (command: string, options?: Parameters<Person['useCommand']>[2]) => () =>
      member.useCommand(channel, command, options);
    const question = 'When?';
    expect(use('none')).toThrow('there is no command "none"');
    expect(use('ask')).toThrow('"question" is required');
    expect(use('ask', { question, unknown: 1 })).toThrow('no option "unknown"');
    expect(use('ask', { question: 1 })).toThrow('"question" is of type String');
    expect(use('ask', { question: 'x'.repeat(21) })).toThrow('0 to 20 characters');
    expect(use('ask', { question, tone: 'long' })).toThrow('not among the choices');
    expect(use('ask', { question, sources: 6 })).toThrow('takes 1 to 5');
    expect(use('ask', { question, share: 0.4 })).toThrow('0.4 is not among the choices of "share"');
    expect(use('ask', { question, sources: 1.5 })).toThrow('of type Integer');
    expect(use('ask', { question, file: { name: 'a.exe', bytes: Buffer.from('a') } })).toThrow(
      'none of the endings .pdf',
    );
    expect(use('ask', { question, member: channel })).toThrow('is not a User');
    expect(use('report')).toThrow('made of subcommands');
    expect(use('report later')).toThrow('no subcommand "later"');
    expect(use('report now')).not.toThrow();
    expect(use('link')).toThrow('lack its default permissions');
    const manager = guild.addMember({ permissions: ['ManageGuild'] });
    expect(() => manager.useCommand(channel, 'link')).not.toThrow();
    expect(() => manager.useCommand(server.addDirectMessage(manager), 'link')).toThrow('its contexts do not name it');
    expect(() => server.addUser('Stranger').useCommand(channel, 'ask', { question })).toThrow('is not in Community');
    const archived = guild.addThread(channel, { isArchived: true });
    expect(() => member.useCommand(archived, 'ask', { question })).toThrow('archived thread');
  });
});

describe('autocompletion', () => {
  it('offers what the app answers', async () => {
    const { channel, member, next } = await openRoom();
    const received = next();
    const offered = member.typeOption(channel, 'ask', { name: 'document', value: 'gu' });
    const interaction = await received;
    if (!interaction.isAutocomplete()) throw new Error('not an autocompletion');
    expect(interaction.options.getFocused(true)).toMatchObject({ name: 'document', value: 'gu' });
    await interaction.respond([{ name: 'Guide', value: 'guide.pdf' }]);
    expect(await offered).toEqual([{ name: 'Guide', value: 'guide.pdf' }]);
  });

  it('takes 25 choices of 100 characters, and no other response', async () => {
    const { server, channel, member, next } = await openRoom();
    const received = next();
    void member.typeOption(channel, 'ask', { name: 'document', value: '' });
    const { id, token } = await received;
    const respond = async (choices: object[]): ReturnType<typeof call> =>
      call(server, 'POST', `/interactions/${id}/${token}/callback`, { type: 8, data: { choices } });
    const many = (count: number): object[] =>
      Array.from({ length: count }, (_choice, index) => ({ name: 'a', value: String(index) }));
    expect(await respond(many(26))).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(await respond([{ name: 'x'.repeat(101), value: 'a' }])).toMatchObject({ status: 400 });
    expect(await respond([{ name: 'a', value: 'x'.repeat(101) }])).toMatchObject({ status: 400 });
    expect(await call(server, 'POST', `/interactions/${id}/${token}/callback`, { type: 5 })).toMatchObject({
      status: 400,
    });
    expect(await respond(many(25))).toMatchObject({ status: 204 });
  });

  it('is there for options that have it', async () => {
    const { channel, member } = await openRoom();
    await expect(member.typeOption(channel, 'ask', { name: 'question', value: '' })).rejects.toThrow(
      'no autocompletion',
    );
  });
});

describe('a command of a message menu', () => {
  it('brings the message in full, without the MessageContent intent', async () => {
    const { server, channel, guild, member, next } = await openRoom();
    const other = guild.addMember();
    const posted = other.post(channel, {
      content: 'Here is it.',
      attachments: [{ name: 'a.pdf', bytes: Buffer.from('a') }],
    });
    const received = next();
    const run = member.useMessageCommand('Add to knowledge', posted);
    const interaction = await received;
    if (!interaction.isMessageContextMenuCommand()) throw new Error('not a message command');
    expect(interaction.targetMessage).toMatchObject({ id: posted.id, content: 'Here is it.' });
    expect(interaction.targetMessage.attachments.map(({ name }) => name)).toEqual(['a.pdf']);
    await interaction.reply({ content: 'Added.', ...SILENT });
    expect((await run.reply()).content).toBe('Added.');
    expect(() => member.useMessageCommand('Other', posted)).toThrow('there is no command "Other"');
    expect(server.violations).toEqual([]);
  });
});

describe("an interaction's messages", () => {
  it('are read and deleted by its token alone', async () => {
    const { server, channel, member } = await openRoom();
    const run = member.useCommand(channel, 'ask', { question: 'When?' });
    const path = `/webhooks/${server.applicationId}/${run.token}`;
    expect(await call(server, 'POST', path, { content: 'early' })).toMatchObject({
      status: 404,
      body: { code: 10015 },
    });
    await call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, { type: 4, data: { content: 'a' } });
    const open = async (method: string, message: string): Promise<number> =>
      (await fetch(`${server.apiUrl}/v10${path}/messages/${message}`, { method })).status;
    await call(server, 'POST', path, { content: 'b' });
    expect(await open('GET', '@original')).toBe(200);
    const followUp = run.messages[1]?.id ?? '';
    expect(await open('GET', followUp)).toBe(200);
    expect(await open('DELETE', followUp)).toBe(204);
    expect(await open('GET', followUp)).toBe(404);
    expect(await open('DELETE', '@original')).toBe(204);
    expect(await open('DELETE', '@original')).toBe(404);
    expect(channel.messages).toEqual([]);
    expect(await call(server, 'POST', `/webhooks/1/${run.token}`, { content: 'a' })).toMatchObject({
      body: { code: 10015 },
    });
  });
});

import { ApplicationCommandOptionType, SlashCommandBuilder } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../support/fake-clock.js';
import type { DiscordStandIn } from '../../support/discord/server.js';
import { call, login, openStandIn } from './open-stand-in.js';

const DAY_MS = 86_400_000;
const text = (length: number): string => 'x'.repeat(length);
const command = (change: object = {}): object => ({ name: 'ask', description: 'Asks a question.', ...change });
const option = (change: object = {}): object => ({ type: 3, name: 'question', description: 'What to ask.', ...change });
const withOption = (change: object): object => command({ options: [option(change)] });

async function register(server: DiscordStandIn, ...commands: object[]): ReturnType<typeof call> {
  return call(server, 'PUT', `/applications/${server.applicationId}/commands`, commands);
}

describe('commands', () => {
  it('are registered by discord.js, globally and for a guild, and come back with what Discord adds', async () => {
    const server = await openStandIn();
    const guild = server.addGuild();
    const client = await login(server);
    const ask = new SlashCommandBuilder()
      .setName('ask')
      .setNameLocalization('de', 'frag')
      .setDescription('Asks a question.')
      .addStringOption((of) => of.setName('question').setDescription('What to ask.').setRequired(true))
      .addAttachmentOption((of) => of.setName('file').setDescription('A file.').setFileTypes('.pdf', '.docx'));
    const registered = await client.application.commands.set([ask]);
    expect(registered.map(({ name, nameLocalizations }) => ({ name, nameLocalizations }))).toEqual([
      { name: 'ask', nameLocalizations: { de: 'frag' } },
    ]);
    expect(server.commands()).toMatchObject([
      { name: 'ask', options: [{ name: 'question' }, { file_types: ['.pdf', '.docx'] }] },
    ]);
    await client.application.commands.create({ name: 'only-here', description: 'Here.' }, guild.id);
    expect(server.commands(guild)).toMatchObject([
      { name: 'only-here', guild_id: guild.id, nsfw: false, contexts: null },
    ]);
    const path = `/applications/${server.applicationId}/commands`;
    expect((await call(server, 'GET', path)).body).toMatchObject([{ name: 'ask' }]);
    expect((await call(server, 'GET', path)).body).not.toMatchObject([{ name_localizations: {} }]);
    expect((await call(server, 'GET', `${path}?with_localizations=true`)).body).toMatchObject([
      { name_localizations: { de: 'frag' } },
    ]);
    expect(server.violations).toEqual([]);
  });

  it('count as created once, however often they are replaced', async () => {
    const server = await openStandIn();
    await register(server, command());
    await register(server, command({ description: 'Asks.' }), command({ name: 'help' }));
    await register(server);
    await register(server, command());
    expect(server.commandCreates).toBe(3);
  });

  it('are created 200 times a day at the most', async () => {
    const clock = createFakeClock();
    const server = await openStandIn({ clock });
    for (let day = 0; day < 2; day += 1) {
      for (let batch = 0; batch < 4; batch += 1)
        await register(
          server,
          ...Array.from({ length: 50 }, (_command, index) => command({ name: `c${day}-${batch}-${index}` })),
        );
      expect(await register(server, command())).toMatchObject({ status: 400, body: { code: 30034 } });
      await clock.advance(DAY_MS);
    }
  });

  it('are read, changed and deleted one by one', async () => {
    const server = await openStandIn();
    const path = `/applications/${server.applicationId}/commands`;
    expect(await call(server, 'POST', path, command())).toMatchObject({ status: 201 });
    expect(await call(server, 'POST', path, command({ description: 'Asks.' }))).toMatchObject({ status: 200 });
    const one = `${path}/${server.commands()[0]?.id}`;
    expect(await call(server, 'PATCH', one, { description: 'Asks now.' })).toMatchObject({ status: 200 });
    expect(await call(server, 'GET', one)).toMatchObject({ body: { name: 'ask', description: 'Asks now.' } });
    expect(await call(server, 'DELETE', one)).toMatchObject({ status: 204 });
    expect(await call(server, 'GET', one)).toMatchObject({ status: 404, body: { code: 10063 } });
    expect(await call(server, 'GET', '/applications/1/commands')).toMatchObject({ status: 404, body: { code: 10002 } });
    expect(server.commandCreates).toBe(1);
  });

  const { Subcommand, SubcommandGroup, Attachment } = ApplicationCommandOptionType;
  it.each<[what: string, body: object]>([
    ['a name with a capital', command({ name: 'Ask' })],
    ['a name with a blank', command({ name: 'ask me' })],
    ['a name of 33 characters', command({ name: text(33) })],
    ['a translated name with a capital', command({ name_localizations: { de: 'Frag' } })],
    ['a language that there is not', command({ name_localizations: { xx: 'ask' } })],
    ['no description', command({ description: '' })],
    ['a description of 101 characters', command({ description: text(101) })],
    ['26 options', command({ options: Array.from({ length: 26 }, (_option, index) => option({ name: `o${index}` })) })],
    ['two options of one name', command({ options: [option(), option()] })],
    [
      'a required option after an optional one',
      command({ options: [option(), option({ name: 'b', required: true })] }),
    ],
    ['an option name with a capital', withOption({ name: 'Question' })],
    ['an option without a description', withOption({ description: '' })],
    [
      '26 choices',
      withOption({ choices: Array.from({ length: 26 }, (_choice, index) => ({ name: 'a', value: String(index) })) }),
    ],
    ['a choice name of 101 characters', withOption({ choices: [{ name: text(101), value: 'a' }] })],
    ['a choice value of 101 characters', withOption({ choices: [{ name: 'a', value: text(101) }] })],
    ['choices with autocompletion', withOption({ choices: [{ name: 'a', value: 'a' }], autocomplete: true })],
    ['autocompletion of a file', withOption({ type: Attachment, autocomplete: true })],
    ['a file type of a text', withOption({ file_types: ['.pdf'] })],
    ['a file type without a dot', withOption({ type: Attachment, file_types: ['pdf'] })],
    [
      '11 file types',
      withOption({ type: Attachment, file_types: Array.from({ length: 11 }, (_type, index) => `.p${index}`) }),
    ],
    ['a subcommand beside a value', command({ options: [option({ type: Subcommand }), option({ name: 'b' })] })],
    ['a required subcommand', withOption({ type: Subcommand, required: true })],
    ['an empty group', withOption({ type: SubcommandGroup })],
    ['a subcommand in a subcommand', withOption({ type: Subcommand, options: [option({ type: Subcommand })] })],
    ['a value with options', withOption({ options: [option()] })],
    ['permissions that are no number', command({ default_member_permissions: 'ManageGuild' })],
    ['a description of a menu command', command({ type: 3 })],
    ['options of a menu command', { name: 'Ask', type: 3, options: [option()] }],
    [
      'more than 8,000 characters',
      command({
        options: Array.from({ length: 4 }, (_option, at) =>
          option({
            name: `o${at}`,
            choices: Array.from({ length: 25 }, (_choice, index) => ({ name: text(80), value: text(8) + index })),
          }),
        ),
      }),
    ],
  ])('are refused with %s', async (_what, body) => {
    const server = await openStandIn();
    expect(await register(server, body)).toMatchObject({ status: 400, body: { code: 50035, errors: { 0: {} } } });
    expect(server.commands()).toEqual([]);
  });

  it('are at most 100 slash commands and 15 of a message menu, each with its own name', async () => {
    const server = await openStandIn();
    const many = (count: number, change: object): object[] =>
      Array.from({ length: count }, (_command, index) => command({ name: `c${index}`, ...change }));
    expect((await register(server, ...many(100, {}), ...many(15, { type: 3, description: '' }))).status).toBe(200);
    expect(await register(server, ...many(101, {}))).toMatchObject({ body: { code: 30032 } });
    expect(await register(server, ...many(16, { type: 3, description: '' }))).toMatchObject({ body: { code: 30032 } });
    expect(await register(server, command(), command())).toMatchObject({ body: { code: 50035 } });
  });
});

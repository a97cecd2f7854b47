import {
  ActionRowBuilder,
  ButtonBuilder,
  type ButtonInteraction,
  ButtonStyle,
  CheckboxBuilder,
  FileUploadBuilder,
  LabelBuilder,
  ModalBuilder,
  RadioGroupBuilder,
  StringSelectMenuBuilder,
  type StringSelectMenuInteraction,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { ModalValues } from '../../support/discord/people.js';
import type { InteractionRun } from '../../support/discord/interaction-run.js';
import type { Message } from '../../support/discord/world.js';
import { type Room, call, openRoomWith, openStandIn } from './open-stand-in.js';

const SILENT = { allowedMentions: { parse: [] } } as const;
const text = (length: number): string => 'x'.repeat(length);

/** A message of the bot with a button, a disabled one and a menu. */
async function openPanel(): Promise<Room & { readonly panel: Message }> {
  const room = await openRoomWith([]);
  const buttons = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('more').setLabel('More').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('off').setLabel('Off').setStyle(ButtonStyle.Primary).setDisabled(true),
  );
  const menu = new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder()
      .setCustomId('sources')
      .setMaxValues(2)
      .addOptions({ label: 'One', value: '1' }, { label: 'Two', value: '2' }, { label: 'Three', value: '3' }),
  );
  const known = room.client.channels.cache.get(room.channel.id);
  if (known?.isSendable() !== true) throw new Error('the client does not know the channel');
  await known.send({ content: 'A panel', components: [buttons, menu], ...SILENT });
  return { ...room, panel: room.channel.messages[0]! };
}

describe('a button', () => {
  it('arrives with its message, which the app updates at once or later', async () => {
    const { server, member, panel, next } = await openPanel();
    let received = next();
    const run = member.press(panel, 'more');
    const pressed = (await received) as ButtonInteraction;
    expect(pressed).toMatchObject({ customId: 'more', message: { id: panel.id, content: 'A panel' } });
    await pressed.update({ content: 'Updated', ...SILENT });
    expect(run.acknowledgement).toBe('update');
    expect(panel.content).toBe('Updated');
    received = next();
    member.press(panel, 'more');
    const again = (await received) as ButtonInteraction;
    await again.deferUpdate();
    await again.editReply({ content: 'Later', ...SILENT });
    expect(panel.content).toBe('Later');
    const extra = await again.followUp({ content: 'More', ...SILENT });
    expect(extra.id).not.toBe(panel.id);
    expect(server.violations).toEqual([]);
  });

  it('is a mistake of the test when it is not there, or disabled', async () => {
    const { member, panel } = await openPanel();
    expect(() => member.press(panel, 'less')).toThrow('no component "less"');
    expect(() => member.press(panel, 'off')).toThrow('"off" is disabled');
    expect(() => member.press(panel, 'sources')).toThrow('"sources" is not a button');
  });
});

describe('a menu', () => {
  it('arrives with what was chosen', async () => {
    const { member, panel, next } = await openPanel();
    const received = next();
    const run = member.select(panel, 'sources', ['1', '3']);
    const chosen = (await received) as StringSelectMenuInteraction;
    expect(chosen.values).toEqual(['1', '3']);
    await chosen.reply({ content: 'Two passages', ...SILENT });
    expect((await run.reply()).content).toBe('Two passages');
  });

  it('is a mistake of the test when so much cannot be chosen', async () => {
    const { member, panel } = await openPanel();
    expect(() => member.select(panel, 'sources', ['4'])).toThrow('does not offer "4"');
    expect(() => member.select(panel, 'sources', [])).toThrow('takes 1 to 2 values');
    expect(() => member.select(panel, 'sources', ['1', '2', '3'])).toThrow('takes 1 to 2 values');
    expect(() => member.select(panel, 'more', ['1'])).toThrow('not a menu of options');
  });
});

function ingestForm(): ModalBuilder {
  return new ModalBuilder()
    .setCustomId('ingest')
    .setTitle('Add documents')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('Title')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('title').setStyle(TextInputStyle.Short).setMinLength(2).setMaxLength(10),
        ),
      new LabelBuilder()
        .setLabel('Files')
        .setFileUploadComponent(
          new FileUploadBuilder().setCustomId('files').setMinValues(1).setMaxValues(2).setFileTypes('.pdf', '.txt'),
        ),
      new LabelBuilder()
        .setLabel('Creator')
        .setStringSelectMenuComponent(
          new StringSelectMenuBuilder()
            .setCustomId('creator')
            .setRequired(false)
            .addOptions({ label: 'Ann', value: 'ann' }),
        ),
      new LabelBuilder()
        .setLabel('Which')
        .setRadioGroupComponent(
          new RadioGroupBuilder()
            .setCustomId('which')
            .addOptions({ label: 'New', value: 'new' }, { label: 'All', value: 'all' }),
        ),
      new LabelBuilder().setLabel('Replace').setCheckboxComponent(new CheckboxBuilder().setCustomId('replace')),
    );
}

const pdf = { name: 'a.pdf', bytes: Buffer.from('a'), contentType: 'application/pdf' };
const filledIn: ModalValues = { title: 'Guide', files: [pdf], which: 'new', replace: true };

async function openForm(): Promise<Room & { readonly panel: Message; readonly opened: InteractionRun }> {
  const room = await openPanel();
  const received = room.next();
  const opened = room.member.press(room.panel, 'more');
  await ((await received) as ButtonInteraction).showModal(ingestForm());
  return { ...room, opened };
}

describe('a modal', () => {
  it('is opened, filled in and sent with its files', async () => {
    const { server, member, panel, opened, next } = await openForm();
    expect((await opened.modal()).title).toBe('Add documents');
    const received = next();
    const run = member.submit(opened, filledIn);
    const submitted = await received;
    if (!submitted.isModalSubmit()) throw new Error('not a modal');
    expect(submitted.fields.getTextInputValue('title')).toBe('Guide');
    expect(submitted.fields.getUploadedFiles('files')?.map(({ name, contentType }) => ({ name, contentType }))).toEqual(
      [{ name: 'a.pdf', contentType: 'application/pdf' }],
    );
    expect(submitted.fields.getStringSelectValues('creator')).toEqual([]);
    expect(submitted.fields.getRadioGroup('which')).toBe('new');
    expect(submitted.fields.getCheckbox('replace')).toBe(true);
    expect(submitted.isFromMessage()).toBe(true);
    await submitted.deferReply();
    await submitted.editReply({ content: 'Added', ...SILENT });
    expect((await run.reply()).content).toBe('Added');
    expect(panel.content).toBe('A panel');
    expect(server.violations).toEqual([]);
  });

  it('is a first response, and not one to a modal', async () => {
    const { server, member, opened, panel } = await openForm();
    const modal = { type: 9, data: ingestForm().toJSON() };
    const respond = async (run: InteractionRun, body: object): ReturnType<typeof call> =>
      call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, body);
    expect(await respond(member.submit(opened, filledIn), modal)).toMatchObject({
      status: 400,
      body: { errors: { type: {} } },
    });
    const deferred = member.press(panel, 'more');
    await respond(deferred, { type: 5 });
    expect(await respond(deferred, modal)).toMatchObject({ status: 400, body: { code: 40060 } });
    await expect(deferred.modal()).rejects.toThrow('its response was "deferred"');
    expect(() => member.submit(deferred, {})).toThrow('no modal is open');
  });

  it('lets people choose a person, a role or a channel', async () => {
    const { server, guild, channel, member, panel, next } = await openPanel();
    const run = member.press(panel, 'more');
    const component = { type: 5, custom_id: 'who' };
    const data = { custom_id: 'm', title: 'A', components: [{ type: 18, label: 'A', component }] };
    await call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, { type: 9, data });
    expect(() => member.submit(run, { who: [channel.id] })).toThrow('is not a User');
    expect(() => member.submit(run, { who: ['1'] })).toThrow('there is nothing with the id 1');
    expect(() => member.submit(run, {})).toThrow('"who" takes 1 to 1 values');
    const other = guild.addMember();
    const received = next();
    member.submit(run, { who: [other.id] });
    const submitted = await received;
    if (!submitted.isModalSubmit()) throw new Error('not a modal');
    expect(submitted.fields.getSelectedUsers('who')?.map(({ id }) => id)).toEqual([other.id]);
  });

  it('is a mistake of the test when it could not be sent so', async () => {
    const { guild, member, opened } = await openForm();
    const send = (change: ModalValues) => () => member.submit(opened, { ...filledIn, ...change });
    expect(send({ other: 'a' })).toThrow('no input "other"');
    expect(send({ title: '' })).toThrow('"title" is required');
    expect(send({ title: 'a' })).toThrow('"title" takes 2 to 10 characters');
    expect(send({ title: text(11) })).toThrow('"title" takes 2 to 10 characters');
    expect(send({ files: [] })).toThrow('"files" takes 1 to 2 files');
    expect(send({ files: [pdf, pdf, pdf] })).toThrow('"files" takes 1 to 2 files');
    expect(send({ files: [{ ...pdf, name: 'a.exe' }] })).toThrow('none of the endings');
    expect(send({ creator: 'bob' })).toThrow('does not offer "bob"');
    expect(send({ which: 'none' })).toThrow('does not offer "none"');
    expect(() => guild.addMember().submit(opened, filledIn)).toThrow('open for somebody else');
    expect(send({})).not.toThrow();
    expect(send({})).toThrow('no modal is open');
  });

  const input = (change: object = {}): object => ({ type: 4, custom_id: 'a', style: 1, ...change });
  const label = (component: object, change: object = {}): object => ({ type: 18, label: 'A', component, ...change });
  const modal = (...components: object[]): Record<string, unknown> => ({ custom_id: 'm', title: 'A', components });
  const upload = (change: object): object => ({ type: 19, custom_id: 'a', ...change });
  const box = (value: string): object => ({ value, label: value });
  it.each<[what: string, data: object]>([
    ['a title of 46 characters', { ...modal(label(input())), title: text(46) }],
    ['no title', { ...modal(label(input())), title: '' }],
    ['a custom id of 101 characters', { ...modal(label(input())), custom_id: text(101) }],
    ['no components', modal()],
    [
      '6 components',
      modal(...Array.from({ length: 6 }, (_input, index) => label(input({ custom_id: String(index) })))),
    ],
    ['an input without a label', modal(input())],
    ['a label of 46 characters', modal(label(input(), { label: text(46) }))],
    ['a description of 101 characters', modal(label(input(), { description: text(101) }))],
    ['a placeholder of 101 characters', modal(label(input({ placeholder: text(101) })))],
    ['a value of 4,001 characters', modal(label(input({ value: text(4_001) })))],
    ['a length above 4,000', modal(label(input({ max_length: 4_001 })))],
    ['a custom id that is there twice', modal(label(input()), label(input()))],
    [
      'two inputs in a row',
      modal({
        type: 1,
        components: [
          { ...input(), label: 'A' },
          { ...input({ custom_id: 'b' }), label: 'B' },
        ],
      }),
    ],
    ['a button', modal(label({ type: 2, style: 1, label: 'A', custom_id: 'a' }))],
    ['11 files', modal(label(upload({ max_values: 11 })))],
    ['required files of which there need be none', modal(label(upload({ min_values: 0 })))],
    ['a file type without a dot', modal(label(upload({ file_types: ['pdf'] })))],
    ['a radio group of one', modal(label({ type: 21, custom_id: 'a', options: [box('a')] }))],
    [
      '11 boxes',
      modal(
        label({ type: 22, custom_id: 'a', options: Array.from({ length: 11 }, (_box, index) => box(`b${index}`)) }),
      ),
    ],
    ['a disabled menu', modal(label({ type: 3, custom_id: 'a', disabled: true, options: [box('a')] }))],
  ])('is refused with %s', async (_what, data) => {
    const server = await openStandIn();
    await call(server, 'POST', `/applications/${server.applicationId}/commands`, {
      name: 'ingest',
      description: 'Adds.',
    });
    const member = server.addUser();
    const run = member.useCommand(server.addDirectMessage(member), 'ingest');
    expect(
      await call(server, 'POST', `/interactions/${run.id}/${run.token}/callback`, { type: 9, data }),
    ).toMatchObject({
      status: 400,
      body: { code: 50035 },
    });
    expect(run.acknowledgement).toBeUndefined();
  });
});

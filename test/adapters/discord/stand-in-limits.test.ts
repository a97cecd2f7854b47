import { describe, expect, it } from 'vitest';
import type { Channel } from '../../support/discord/world.js';
import type { DiscordStandIn } from '../../support/discord/server.js';
import { call, openStandIn } from './open-stand-in.js';

async function openChannel(): Promise<{ readonly server: DiscordStandIn; readonly channel: Channel }> {
  const server = await openStandIn();
  return { server, channel: server.addGuild().addChannel() };
}

const text = (length: number): string => 'x'.repeat(length);
const button = (change: object = {}): object => ({ type: 2, style: 1, label: 'Go', custom_id: 'go', ...change });
const row = (...components: object[]): object => ({ type: 1, components });
const options = (count: number, change: object = {}): object[] =>
  Array.from({ length: count }, (_option, index) => ({ label: `Option ${index}`, value: String(index), ...change }));
const menu = (change: object = {}): object => ({ type: 3, custom_id: 'menu', options: options(2), ...change });
const V2 = 1 << 15;
const textDisplay = (content: string): object => ({ type: 10, content });
const section = (texts: number): object => ({
  type: 9,
  components: Array.from({ length: texts }, () => textDisplay('a')),
  accessory: button(),
});
const gallery = (pictures: number): object => ({
  type: 12,
  items: Array.from({ length: pictures }, () => ({ media: { url: 'https://example.com/a.png' } })),
});
const container = (...components: object[]): object => ({ type: 17, components });

describe('a message that breaks a limit', () => {
  it.each<[what: string, body: object, field: string]>([
    ['content of 2,001 characters', { content: text(2_001) }, 'content'],
    ['a field that Discord does not know', { content: 'a', contents: 'b' }, '_errors'],
    ['content of another type', { content: 1 }, 'content'],
    ['a nonce of 26 characters', { content: 'a', nonce: text(26) }, 'nonce'],
    ['an ephemeral flag', { content: 'a', flags: 64 }, 'flags'],
    ['11 embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) }, 'embeds'],
    ['an embed title of 257 characters', { embeds: [{ title: text(257) }] }, 'embeds'],
    ['an embed description of 4,097 characters', { embeds: [{ description: text(4_097) }] }, 'embeds'],
    [
      '26 embed fields',
      { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) }] },
      'embeds',
    ],
    [
      'an embed field value of 1,025 characters',
      { embeds: [{ fields: [{ name: 'a', value: text(1_025) }] }] },
      'embeds',
    ],
    ['an embed footer of 2,049 characters', { embeds: [{ footer: { text: text(2_049) } }] }, 'embeds'],
    ['embeds of 6,001 characters', { embeds: [{ description: text(4_000) }, { description: text(2_001) }] }, 'embeds'],
    [
      '6 rows',
      { components: Array.from({ length: 6 }, (_row, index) => row(button({ custom_id: String(index) }))) },
      'components',
    ],
    [
      '6 buttons in a row',
      { components: [row(...Array.from({ length: 6 }, (_button, index) => button({ custom_id: String(index) })))] },
      'components',
    ],
    ['a button and a menu in a row', { components: [row(button(), menu())] }, 'components'],
    ['a button label of 81 characters', { components: [row(button({ label: text(81) }))] }, 'components'],
    ['a button without a label', { components: [row({ type: 2, style: 1, custom_id: 'a' })] }, 'components'],
    ['a button without a custom id', { components: [row({ type: 2, style: 1, label: 'a' })] }, 'components'],
    ['a link button without an address', { components: [row({ type: 2, style: 5, label: 'a' })] }, 'components'],
    [
      'a button with both a custom id and an address',
      { components: [row(button({ url: 'https://a.b' }))] },
      'components',
    ],
    ['a custom id of 101 characters', { components: [row(button({ custom_id: text(101) }))] }, 'components'],
    ['a custom id that is there twice', { components: [row(button(), button())] }, 'components'],
    ['26 options', { components: [row(menu({ options: options(26) }))] }, 'components'],
    ['no options', { components: [row(menu({ options: [] }))] }, 'components'],
    [
      'an option label of 101 characters',
      { components: [row(menu({ options: options(1, { label: text(101) }) }))] },
      'components',
    ],
    [
      'an option value of 101 characters',
      { components: [row(menu({ options: options(1, { value: text(101) }) }))] },
      'components',
    ],
    [
      'an option description of 101 characters',
      { components: [row(menu({ options: options(1, { description: text(101) }) }))] },
      'components',
    ],
    ['two options of one value', { components: [row(menu({ options: options(2, { value: 'a' }) }))] }, 'components'],
    ['more values than options', { components: [row(menu({ max_values: 3 }))] }, 'components'],
    ['fewer values at most than at least', { components: [row(menu({ min_values: 2, max_values: 1 }))] }, 'components'],
    ['a menu placeholder of 151 characters', { components: [row(menu({ placeholder: text(151) }))] }, 'components'],
    ['a text input', { components: [row({ type: 4, style: 1, custom_id: 'a', label: 'a' })] }, 'components'],
    ['a button outside a row', { components: [button()] }, 'components'],
    ['new components without their flag', { components: [textDisplay('a')] }, 'components'],
    ['content beside new components', { flags: V2, content: 'a', components: [textDisplay('a')] }, 'content'],
    ['41 new components', { flags: V2, components: Array.from({ length: 41 }, () => textDisplay('a')) }, 'components'],
    [
      'new components of 4,001 characters',
      { flags: V2, components: [textDisplay(text(4_000)), textDisplay('a')] },
      'components',
    ],
    [
      'a component for a file that is not there',
      { flags: V2, components: [{ type: 13, file: { url: 'attachment://a.pdf' } }] },
      'components',
    ],
    ['a section of 4 texts', { flags: V2, components: [section(4)] }, 'components'],
    ['a gallery of 11 pictures', { flags: V2, components: [gallery(11)] }, 'components'],
    ['a container in a container', { flags: V2, components: [container(container(textDisplay('a')))] }, 'components'],
    ['an embed author of 257 characters', { embeds: [{ author: { name: text(257) } }] }, 'embeds'],
    ['an embed field name of 257 characters', { embeds: [{ fields: [{ name: text(257), value: 'a' }] }] }, 'embeds'],
    ['a kind of mention that there is not', { content: 'a', allowed_mentions: { parse: ['all'] } }, 'allowed_mentions'],
    [
      'users that are both parsed and named',
      { content: 'a', allowed_mentions: { parse: ['users'], users: ['1'] } },
      'allowed_mentions',
    ],
    [
      '101 named users',
      { content: 'a', allowed_mentions: { users: Array.from({ length: 101 }, String) } },
      'allowed_mentions',
    ],
    [
      'a reply to a message that is not there',
      { content: 'a', message_reference: { message_id: '1' } },
      'message_reference',
    ],
    ['an attachment that is named twice', { content: 'a', attachments: [{ id: 0 }, { id: '0' }] }, 'attachments'],
    ['an attachment without its file', { content: 'a', attachments: [{ id: 0, filename: 'a.txt' }] }, 'attachments'],
  ])('is refused: %s', async (_what, body, field) => {
    const { server, channel } = await openChannel();
    const answer = await call(server, 'POST', `/channels/${channel.id}/messages`, body);
    expect(answer).toEqual({
      status: 400,
      body: {
        code: 50035,
        message: 'Invalid Form Body',
        errors: expect.objectContaining({ [field]: expect.anything() as unknown }) as unknown,
      },
    });
    expect(channel.messages).toEqual([]);
    expect(server.violations).toMatchObject([
      { where: `POST /channels/${channel.id}/messages`, status: 400, code: 50035 },
    ]);
  });

  it.each<[what: string, body: object]>([
    ['content of 2,000 characters', { content: text(2_000) }],
    ['embeds of 6,000 characters', { embeds: [{ description: text(4_096) }, { description: text(1_904) }] }],
    [
      '5 rows of 5 buttons',
      {
        components: Array.from({ length: 5 }, (_row, at) =>
          row(...Array.from({ length: 5 }, (_button, index) => button({ custom_id: `${at}.${index}` }))),
        ),
      },
    ],
    ['25 options', { components: [row(menu({ options: options(25) }))] }],
    [
      '40 new components of 4,000 characters',
      { flags: V2, components: Array.from({ length: 40 }, () => textDisplay(text(100))) },
    ],
    [
      'a container of a section and a gallery',
      { flags: V2, components: [container(section(3), gallery(10), { type: 14 })] },
    ],
  ])('is taken just below it: %s', async (_what, body) => {
    const { server, channel } = await openChannel();
    expect((await call(server, 'POST', `/channels/${channel.id}/messages`, body)).status).toBe(200);
    expect(server.violations).toEqual([]);
  });

  it.each([
    ['nothing', {}],
    ['blanks', { content: ' \n ' }],
  ])('is refused when it is empty: %s', async (_what, body) => {
    const { server, channel } = await openChannel();
    expect(await call(server, 'POST', `/channels/${channel.id}/messages`, body)).toMatchObject({
      status: 400,
      body: { code: 50006, message: 'Cannot send an empty message' },
    });
  });

  it('is refused in an edit as in a new message', async () => {
    const { server, channel } = await openChannel();
    await call(server, 'POST', `/channels/${channel.id}/messages`, { content: 'a' });
    const path = `/channels/${channel.id}/messages/${channel.messages[0]?.id}`;
    expect(await call(server, 'PATCH', path, { content: text(2_001) })).toMatchObject({ body: { code: 50035 } });
    expect(await call(server, 'PATCH', path, { content: null })).toMatchObject({ body: { code: 50006 } });
    expect(await call(server, 'PATCH', path, { flags: V2, components: [textDisplay('b')] })).toMatchObject({
      body: { code: 50035, errors: { content: {} } },
    });
    expect(channel.messages[0]?.content).toBe('a');
    const cleared = { flags: V2, content: null, components: [textDisplay('b')] };
    expect(await call(server, 'PATCH', path, cleared)).toMatchObject({ status: 200 });
    // The new layout stays, and with it what it forbids.
    expect(await call(server, 'PATCH', path, { flags: 0, content: 'c' })).toMatchObject({ body: { code: 50035 } });
  });
});

describe('a body that cannot be read', () => {
  it('is refused', async () => {
    const { server, channel } = await openChannel();
    const path = `/channels/${channel.id}/messages`;
    expect(await call(server, 'POST', path, '{')).toMatchObject({ status: 400, body: { code: 50109 } });
    const form = new FormData();
    form.append('payload_json', '{"content":"a"}');
    form.append('file', new Blob(['a']), 'a.txt');
    expect(await call(server, 'POST', path, form)).toMatchObject({ status: 400, body: { errors: { file: {} } } });
    const broken = await fetch(`${server.apiUrl}/v10${path}`, {
      method: 'POST',
      headers: { authorization: `Bot ${server.token}`, 'content-type': 'multipart/form-data; boundary=a' },
      body: 'no parts',
    });
    expect(await broken.json()).toMatchObject({ code: 50035 });
    const plain = await fetch(`${server.apiUrl}/v10${path}`, {
      method: 'POST',
      headers: { authorization: `Bot ${server.token}` },
      body: 'content=a',
    });
    expect(await plain.json()).toMatchObject({ code: 50035, errors: { _errors: [{ code: 'CONTENT_TYPE_INVALID' }] } });
  });
});

describe('files', () => {
  const formOf = (...sizes: number[]): FormData => {
    const form = new FormData();
    for (const [index, size] of sizes.entries())
      form.append(`files[${index}]`, new Blob([new Uint8Array(size)]), `${index}.bin`);
    return form;
  };

  it('are taken up to 10 MiB each, 25 MiB and 10 files together', async () => {
    const { server, channel } = await openChannel();
    const path = `/channels/${channel.id}/messages`;
    const MIB = 1_048_576;
    const tooLarge = { status: 413, body: { code: 40005 } };
    expect((await call(server, 'POST', path, formOf(10 * MIB))).status).toBe(200);
    expect(await call(server, 'POST', path, formOf(10 * MIB + 1))).toMatchObject(tooLarge);
    expect(await call(server, 'POST', path, formOf(9 * MIB, 9 * MIB, 9 * MIB))).toMatchObject(tooLarge);
    expect(await call(server, 'POST', path, formOf(...Array.from({ length: 11 }, () => 1)))).toMatchObject({
      status: 400,
      body: { code: 50035, errors: { attachments: {} } },
    });
    expect(channel.messages).toHaveLength(1);
  });

  it('stay with an edit that keeps them, and go with one that does not', async () => {
    const { server, channel } = await openChannel();
    const path = `/channels/${channel.id}/messages`;
    await call(server, 'POST', path, formOf(1, 1));
    const [first, second] = channel.messages[0]?.attachments ?? [];
    const edit = async (body: object): Promise<unknown> =>
      call(server, 'PATCH', `${path}/${channel.messages[0]?.id}`, body);
    await edit({ content: 'both' });
    expect(channel.messages[0]?.attachments).toHaveLength(2);
    await edit({ attachments: [{ id: second?.id }] });
    expect(channel.messages[0]?.attachments.map(({ id }) => id)).toEqual([second?.id]);
    expect(await edit({ attachments: [{ id: first?.id }] })).toMatchObject({ status: 400 });
  });
});

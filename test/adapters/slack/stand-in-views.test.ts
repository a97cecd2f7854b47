import { beforeEach, describe, expect, it } from 'vitest';
import { input, long, modal, mrkdwn, options, plain, section, select } from '../../support/slack/block-kit/samples.js';
import { openBoltOverSocket, refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom } from '../../support/slack/open-room.js';

const form = (...blocks: object[]) => modal({ submit: plain('Save'), callback_id: 'form', blocks });
const field = (id: string, element: object, given: object = {}) =>
  input({ action_id: 'value', ...element }, { block_id: id, ...given });

describe('a modal', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });
  const trigger = (): string => String(room.ada.globalShortcut('ask_docent').body['trigger_id']);
  const open = (view: object, id = trigger()) => room.client.apiCall('views.open', { trigger_id: id, view });
  const push = (view: object) => room.client.apiCall('views.push', { trigger_id: trigger(), view });
  const titleSeen = (): string | undefined => room.server.screen.modal(room.ada.id)?.title;

  it('opens within three seconds of the trigger, and once', async () => {
    const { clock } = room;
    const used = trigger();
    await open(modal({}), used);
    expect(await refusalOf(open(modal({}), used))).toBe('exchanged_trigger_id');
    const late = trigger();
    await clock.advance(3_000);
    await open(modal({}), late);
    const tooLate = trigger();
    await clock.advance(3_001);
    expect(await refusalOf(open(modal({}), tooLate))).toBe('expired_trigger_id');
    expect(await refusalOf(open(modal({}), '1.2.3'))).toBe('invalid_trigger_id');
    expect(await refusalOf(open({ type: 'home', blocks: [] }))).toBe('invalid_arguments');
  });

  it('lies on others, three at most, and gives way to the one below when closed', async () => {
    const { ada } = room;
    expect(await refusalOf(push(modal({})))).toBe('view_not_found');
    await open(modal({ title: plain('One') }));
    await push(modal({ title: plain('Two') }));
    await push(modal({ title: plain('Three'), notify_on_close: true, callback_id: 'three' }));
    expect(await refusalOf(push(modal({})))).toBe('push_limit_reached');
    expect(titleSeen()).toBe('Three');
    expect(ada.closeModal()?.body).toMatchObject({
      type: 'view_closed',
      view: { callback_id: 'three' },
      is_cleared: false,
    });
    expect(titleSeen()).toBe('Two');
    expect(ada.closeModal()).toBeUndefined();
    expect(titleSeen()).toBe('One');
  });

  it('is updated by its id, its external id, and the right hash', async () => {
    const { client, server, ada } = room;
    await open(modal({ external_id: 'mine' }));
    const { viewId } = server.screen.modal(ada.id) ?? { viewId: '' };
    const update = (given: object, view: object = modal({ title: plain('New') })) =>
      client.apiCall('views.update', { view, ...given });
    await update({ view_id: viewId }, modal({ title: plain('New'), external_id: 'mine' }));
    expect(titleSeen()).toBe('New');
    await update({ external_id: 'mine' }, modal({ title: plain('Newer') }));
    expect(titleSeen()).toBe('Newer');
    expect(await refusalOf(update({ view_id: viewId, hash: 'old' }))).toBe('hash_conflict');
    expect(await refusalOf(update({ view_id: 'V1' }))).toBe('not_found');
    expect(await refusalOf(update({ view_id: viewId }, { type: 'home', blocks: [] }))).toBe('invalid_arguments');
    await open(modal({ external_id: 'twice' }));
    expect(await refusalOf(push(modal({ external_id: 'twice' })))).toBe('duplicate_external_id');
  });

  it('lets a person submit only what its fields allow', async () => {
    const { ada, server } = room;
    await open(
      form(
        field('text', { type: 'plain_text_input', min_length: 2, max_length: 3 }),
        field('choice', select({ options: options(2) })),
        field('files', { type: 'file_input', filetypes: ['pdf'], max_files: 1 }, { optional: true }),
        field('number', { type: 'number_input', is_decimal_allowed: false, initial_value: '7' }),
        field(
          'several',
          { type: 'multi_static_select', options: options(3), max_selected_items: 2 },
          { optional: true },
        ),
      ),
    );
    const filled = { text: 'abc', choice: '1' };
    const pdf = { name: 'a.pdf', bytes: Buffer.from('%PDF') };
    const large = { name: 'a.pdf', bytes: Buffer.alloc(10 * 1024 * 1024 + 1) };
    expect(() => ada.submit({ choice: '1' })).toThrow('"a" is required');
    expect(() => ada.submit({ ...filled, text: '' })).toThrow('is required');
    expect(() => ada.submit({ ...filled, text: 'a' })).toThrow('2 to 3 characters');
    expect(() => ada.submit({ ...filled, text: 'abcd' })).toThrow('2 to 3 characters');
    expect(() => ada.submit({ ...filled, choice: '2' })).toThrow('no option "2"');
    expect(() => ada.submit({ ...filled, number: 'x' })).toThrow('no number');
    expect(() => ada.submit({ ...filled, other: 'x' })).toThrow('no block "other"');
    expect(() => ada.submit({ ...filled, several: ['0', '1', '2'] })).toThrow('no more than 2 items');
    expect(() => ada.submit({ ...filled, files: [{ ...pdf, name: 'a.exe' }] })).toThrow('only pdf');
    expect(() => ada.submit({ ...filled, files: [pdf, pdf] })).toThrow('no more than 1 files');
    expect(() => ada.submit({ ...filled, files: [large] })).toThrow('over 10 MB');
    const { body } = ada.submit({ ...filled, files: [pdf], several: ['0', '2'] });
    expect(body['view']).toMatchObject({
      callback_id: 'form',
      state: {
        values: {
          text: { value: { type: 'plain_text_input', value: 'abc' } },
          choice: { value: { type: 'static_select', selected_option: { value: '1' } } },
          files: { value: { type: 'file_input', files: [{ name: 'a.pdf', size: 4 }] } },
          number: { value: { type: 'number_input', value: '7' } },
          several: { value: { selected_options: [{ value: '0' }, { value: '2' }] } },
        },
      },
    });
    expect(server.deliveries.filter(({ type }) => type === 'view_submission')).toHaveLength(1);
  });

  it('does what the acknowledgement of its submission says', async () => {
    const { ada, server } = room;
    const replies: object[] = [
      { response_action: 'push', view: form(field('second', { type: 'plain_text_input' }, { optional: true })) },
      { response_action: 'update', view: form(section(mrkdwn('Changed'))) },
      { response_action: 'clear' },
    ];
    const app = await openBoltOverSocket(room);
    app.view('form', async ({ ack }) => ack(replies.shift() as never));
    await open(form(field('first', { type: 'plain_text_input' })));
    await ada.submit({ first: 'a' }).settled;
    expect(server.screen.modal(ada.id)?.lines).toEqual(['a\n[]']);
    await ada.submit({}).settled;
    expect(server.screen.modal(ada.id)?.lines).toEqual(['Changed']);
    await ada.submit({}).settled;
    expect(server.screen.modal(ada.id)).toBeUndefined();
    expect(server.violations).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['an error for a block that is no input', { response_action: 'errors', errors: { other: 'a' } }, 'invalid_errors'],
    ['no error at all', { response_action: 'errors', errors: {} }, 'invalid_errors'],
    ['an action that there is not', { response_action: 'close' }, 'invalid_response_action'],
    [
      'a view that is wrong',
      { response_action: 'update', view: modal({ title: plain(long(25)) }) },
      'invalid_response_action',
    ],
    [
      'a view whose fields cannot be submitted',
      { response_action: 'push', view: modal({ blocks: [input({ type: 'plain_text_input' })] }) },
      'invalid_arguments',
    ],
  ])('stays, with a word of Slack, when the acknowledgement has %s', async (_what, reply, error) => {
    const { ada, server } = room;
    const app = await openBoltOverSocket(room);
    app.view('form', async ({ ack }) => ack(reply as never));
    await open(form(field('first', { type: 'plain_text_input' })));
    await ada.submit({ first: 'a' }).settled;
    expect(server.screen.modal(ada.id)).toBeDefined();
    expect(server.screen.notices(ada.id).at(-1)).toBe('We had some trouble connecting. Try again?');
    expect(server.violations.map((violation) => violation.error)).toEqual([error]);
  });

  it('closes with all others where it says so', async () => {
    const { ada, server } = room;
    const app = await openBoltOverSocket(room);
    app.view('form', async ({ ack }) => ack());
    await open(modal({}));
    await push(modal({ ...form(section(mrkdwn('a'))), clear_on_close: true }));
    await ada.submit({}).settled;
    expect(server.screen.modal(ada.id)).toBeUndefined();
    expect(() => ada.submit({})).toThrow('no modal open');
  });

  it('tells the app what is used in it', async () => {
    const { ada } = room;
    await open(
      modal({
        blocks: [section(mrkdwn('a'), { accessory: { ...select({ options: options(2) }), action_id: 'pick' } })],
      }),
    );
    expect(() => ada.submit({})).toThrow('nothing to submit');
    expect(ada.useInModal({ actionId: 'pick', value: '1' }).body).toMatchObject({
      type: 'block_actions',
      container: { type: 'view' },
      actions: [{ type: 'static_select', action_id: 'pick', selected_option: { value: '1' } }],
    });
  });
});

describe('a home tab', () => {
  it('is published to a person, and guarded by its hash', async () => {
    const { client, server, ada } = await openSlackRoom();
    const publish = (given: object) =>
      client.apiCall('views.publish', {
        user_id: ada.id,
        view: { type: 'home', blocks: [section(mrkdwn('a'))] },
        ...given,
      });
    await publish({});
    expect(server.screen.home(ada.id)?.lines).toEqual(['a']);
    expect(await refusalOf(publish({ hash: 'old' }))).toBe('hash_conflict');
    expect(await refusalOf(publish({ user_id: 'U1' }))).toBe('invalid_arguments');
    expect(await refusalOf(publish({ view: modal({}) }))).toBe('invalid_arguments');
  });
});

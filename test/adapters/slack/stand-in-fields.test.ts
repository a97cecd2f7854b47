import { describe, expect, it } from 'vitest';
import type { FieldValue } from '../../support/slack/person.js';
import { input, modal, options, plain } from '../../support/slack/block-kit/samples.js';
import { openSlackRoom } from '../../support/slack/open-room.js';

const [first, second] = options(2);
const common = { options: [first, second] };

/** Kinds of fields: with an initial value, what it is in the state, what a person puts in, and what that becomes. */
const FIELDS: readonly (readonly [string, object, object, FieldValue, object])[] = [
  ['plain_text_input', { initial_value: 'a' }, { value: 'a' }, 'b', { value: 'b' }],
  ['email_text_input', { initial_value: 'a@b.c' }, { value: 'a@b.c' }, 'd@e.f', { value: 'd@e.f' }],
  [
    'url_text_input',
    { initial_value: 'https://a.b' },
    { value: 'https://a.b' },
    'https://c.d',
    { value: 'https://c.d' },
  ],
  ['number_input', { is_decimal_allowed: true, initial_value: '1' }, { value: '1' }, '2.5', { value: '2.5' }],
  ['static_select', { ...common, initial_option: first }, { selected_option: first }, '1', { selected_option: second }],
  ['radio_buttons', { ...common, initial_option: first }, { selected_option: first }, '1', { selected_option: second }],
  [
    'multi_static_select',
    { ...common, initial_options: [first] },
    { selected_options: [first] },
    ['0', '1'],
    { selected_options: [first, second] },
  ],
  [
    'checkboxes',
    { ...common, initial_options: [first] },
    { selected_options: [first] },
    ['1'],
    { selected_options: [second] },
  ],
  ['users_select', { initial_user: 'U1' }, { selected_user: 'U1' }, 'U2', { selected_user: 'U2' }],
  ['multi_users_select', { initial_users: ['U1'] }, { selected_users: ['U1'] }, ['U2'], { selected_users: ['U2'] }],
  ['channels_select', { initial_channel: 'C1' }, { selected_channel: 'C1' }, 'C2', { selected_channel: 'C2' }],
  [
    'multi_channels_select',
    { initial_channels: ['C1'] },
    { selected_channels: ['C1'] },
    ['C2'],
    { selected_channels: ['C2'] },
  ],
  [
    'conversations_select',
    { initial_conversation: 'C1' },
    { selected_conversation: 'C1' },
    'C2',
    { selected_conversation: 'C2' },
  ],
  [
    'multi_conversations_select',
    { initial_conversations: ['C1'] },
    { selected_conversations: ['C1'] },
    ['C2'],
    { selected_conversations: ['C2'] },
  ],
  [
    'datepicker',
    { initial_date: '2026-12-01' },
    { selected_date: '2026-12-01' },
    '2026-12-02',
    { selected_date: '2026-12-02' },
  ],
  ['timepicker', { initial_time: '10:00' }, { selected_time: '10:00' }, '11:00', { selected_time: '11:00' }],
  [
    'datetimepicker',
    { initial_date_time: 1_796_126_400 },
    { selected_date_time: 1_796_126_400 },
    '1796126401',
    { selected_date_time: 1_796_126_401 },
  ],
];

describe('a field of a view', () => {
  it.each(FIELDS)(
    'of the kind %s keeps its value until a person changes it',
    async (type, given, initial, value, filled) => {
      const { ada, client } = await openSlackRoom();
      const blocks = [input({ type, action_id: 'value', ...given }, { block_id: 'field' })];
      const trigger = String(ada.globalShortcut('ask_docent').body['trigger_id']);
      await client.apiCall('views.open', { trigger_id: trigger, view: modal({ submit: plain('Save'), blocks }) });
      const state = (state: object) => ({ view: { state: { values: { field: { value: { type, ...state } } } } } });
      expect(ada.submit({}).body).toMatchObject(state(initial));
      expect(ada.submit({ field: value }).body).toMatchObject(state(filled));
    },
  );

  it.each([
    ['url_text_input', 'nowhere', 'no address'],
    ['email_text_input', 'nobody', 'no e-mail address'],
  ])('of the kind %s does not take "%s"', async (type, value, error) => {
    const { ada, client } = await openSlackRoom();
    const trigger = String(ada.globalShortcut('ask_docent').body['trigger_id']);
    const blocks = [input({ type }, { block_id: 'field' })];
    await client.apiCall('views.open', { trigger_id: trigger, view: modal({ submit: plain('Save'), blocks }) });
    expect(() => ada.submit({ field: value })).toThrow(error);
  });
});

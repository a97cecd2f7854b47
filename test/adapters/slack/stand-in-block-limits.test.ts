import { beforeEach, describe, expect, it } from 'vitest';
import {
  actions,
  button,
  card,
  context,
  feedback,
  input,
  long,
  modal,
  mrkdwn,
  options,
  plain,
  section,
  select,
  table,
  times,
} from '../../support/slack/block-kit/samples.js';
import { refusalMessagesOf, refusalOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom } from '../../support/slack/open-room.js';

/** What there may be at most, of what, made with so many, and where Slack points when it is one more. */
type Limit = readonly [number, 'characters' | 'items' | 'files', string, (count: number) => object[], string];

const MESSAGE_LIMITS: readonly Limit[] = [
  [50, 'items', 'blocks', (count) => times(count, () => ({ type: 'divider' })), ''],
  [255, 'characters', 'a block id', (count) => [{ type: 'divider', block_id: long(count) }], '/0/block_id'],
  [3_000, 'characters', 'a section', (count) => [section(mrkdwn(long(count)))], '/0/text/text'],
  [10, 'items', 'fields', (count) => [section(plain('a'), { fields: times(count, () => plain('a')) })], '/0/fields'],
  [
    2_000,
    'characters',
    'a field',
    (count) => [section(plain('a'), { fields: [plain(long(count))] })],
    '/0/fields/0/text',
  ],
  [150, 'characters', 'a header', (count) => [{ type: 'header', text: plain(long(count)) }], '/0/text/text'],
  [10, 'items', 'a context', (count) => [context(...times(count, () => plain('a')))], '/0/elements'],
  [25, 'items', 'actions', (count) => [actions(...times(count, () => button()))], '/0/elements'],
  [75, 'characters', 'a button', (count) => [actions(button({ text: plain(long(count)) }))], '/0/elements/0/text/text'],
  [2_000, 'characters', 'a value', (count) => [actions(button({ value: long(count) }))], '/0/elements/0/value'],
  [
    255,
    'characters',
    'an action id',
    (count) => [actions(button({ action_id: long(count) }))],
    '/0/elements/0/action_id',
  ],
  [3_000, 'characters', 'an address', (count) => [actions(button({ url: long(count) }))], '/0/elements/0/url'],
  [100, 'items', 'options', (count) => [actions(select({ options: options(count) }))], '/0/elements/0/options'],
  [
    75,
    'characters',
    'an option',
    (count) => [actions(select({ options: [{ text: plain(long(count)), value: '1' }] }))],
    '/0/elements/0/options/0/text/text',
  ],
  [
    75,
    'characters',
    'the value of an option',
    (count) => [actions(select({ options: [{ text: plain('a'), value: long(count) }] }))],
    '/0/elements/0/options/0/value',
  ],
  [
    150,
    'characters',
    'a placeholder',
    (count) => [actions(select({ placeholder: plain(long(count)) }))],
    '/0/elements/0/placeholder/text',
  ],
  [
    10,
    'items',
    'radio buttons',
    (count) => [actions({ type: 'radio_buttons', options: options(count) })],
    '/0/elements/0/options',
  ],
  [
    10,
    'items',
    'checkboxes',
    (count) => [actions({ type: 'checkboxes', options: options(count) })],
    '/0/elements/0/options',
  ],
  [
    5,
    'items',
    'an overflow menu',
    (count) => [actions({ type: 'overflow', options: options(count) })],
    '/0/elements/0/options',
  ],
  [12_000, 'characters', 'Markdown', (count) => [{ type: 'markdown', text: long(count) }], '/0/text'],
  [5, 'items', 'context actions', (count) => [contextActions(count)], '/0/elements'],
  [
    2_000,
    'characters',
    'a feedback value',
    (count) => [{ type: 'context_actions', elements: [feedback(long(count))] }],
    '/0/elements/0/positive_button/value',
  ],
  [
    2_000,
    'characters',
    'a label',
    (count) => [input({ type: 'plain_text_input' }, { label: plain(long(count)) })],
    '/0/label/text',
  ],
  [10, 'files', 'a file input', (count) => [input({ type: 'file_input', max_files: count })], '/0/element/max_files'],
  [100, 'items', 'rows of a table', (count) => [table(count, 1)], '/0/rows'],
  [20, 'items', 'cells of a row', (count) => [table(1, count)], '/0/rows/0'],
  [200, 'characters', 'a card', (count) => [card({ body: mrkdwn(long(count)) })], '/0/body/text'],
  [10, 'items', 'a carousel', (count) => [{ type: 'carousel', elements: times(count, () => card({})) }], '/0/elements'],
  [10, 'items', 'a container', (count) => [container(count)], '/0/child_blocks'],
  [
    300,
    'characters',
    'a confirmation',
    (count) => [actions(button({ confirm: { text: plain(long(count)) } }))],
    '/0/elements/0/confirm/text/text',
  ],
];

const VIEW_LIMITS: readonly (readonly [number, 'characters' | 'items', string, (count: number) => object, string])[] = [
  [24, 'characters', 'a title', (count) => ({ title: plain(long(count)) }), '/title/text'],
  [24, 'characters', 'Submit', (count) => ({ submit: plain(long(count)) }), '/submit/text'],
  [24, 'characters', 'Close', (count) => ({ close: plain(long(count)) }), '/close/text'],
  [3_000, 'characters', 'private metadata', (count) => ({ private_metadata: long(count) }), '/private_metadata'],
  [255, 'characters', 'a callback id', (count) => ({ callback_id: long(count) }), '/callback_id'],
  [255, 'characters', 'an external id', (count) => ({ external_id: long(count) }), '/external_id'],
  [100, 'items', 'blocks', (count) => ({ blocks: times(count, () => ({ type: 'divider' })) }), '/blocks'],
];

function contextActions(count: number): object {
  return {
    type: 'context_actions',
    elements: times(count, (index) => ({ ...feedback('good'), action_id: String(index) })),
  };
}

function container(count: number): object {
  return { type: 'container', title: plain('a'), child_blocks: times(count, () => ({ type: 'divider' })) };
}

function refusal(most: number, unit: string, pointer: string): string {
  const words = unit === 'items' ? `no more than ${most} items allowed` : `must be less than ${most + 1}`;
  return `[ERROR] ${words}${unit === 'characters' ? ' characters' : ''} [json-pointer:${pointer}]`;
}

describe('the limits of Block Kit', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });
  const say = (blocks: readonly object[]) =>
    room.client.apiCall('chat.postMessage', { channel: room.channel.id, text: 'a', blocks });
  const open = (view: object) => {
    const { trigger_id: trigger } = room.ada.globalShortcut('ask_docent').body;
    return room.client.apiCall('views.open', { trigger_id: String(trigger), view });
  };

  it.each(MESSAGE_LIMITS)('let %s %s through for %s, and no more', async (most, unit, _what, make, pointer) => {
    await say(make(most));
    expect(await refusalMessagesOf('invalid_blocks', say(make(most + 1)))).toEqual([
      refusal(most, unit, `/blocks${pointer}`),
    ]);
  });

  it.each(VIEW_LIMITS)('let %s %s through for %s of a view, and no more', async (most, unit, _what, make, pointer) => {
    await open(modal(make(most)));
    expect(await refusalMessagesOf('invalid_arguments', open(modal(make(most + 1))))).toEqual([
      refusal(most, unit, `/view${pointer}`),
    ]);
  });

  it('let 13,200 characters through in all, and 12,000 of Markdown', async () => {
    const sections = (last: number) => [...times(4, () => section(mrkdwn(long(3_000)))), section(mrkdwn(long(last)))];
    await say(sections(1_200));
    expect(await refusalOf(say(sections(1_201)))).toBe('msg_blocks_too_long');
    const markdown = (last: number) => [6_000, last].map((length) => ({ type: 'markdown', text: long(length) }));
    await say(markdown(6_000));
    expect(await refusalOf(say(markdown(6_001)))).toBe('msg_blocks_too_long');
  });

  it('let a view of 250,000 bytes through', async () => {
    expect(await refusalOf(open(modal({ blocks: times(84, () => section(mrkdwn(long(3_000)))) })))).toBe(
      'view_too_large',
    );
  });
});

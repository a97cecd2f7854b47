import { beforeEach, describe, expect, it } from 'vitest';
import { blocksText } from '../../support/slack/block-kit/block-text.js';
import { messageBlock } from '../../support/slack/block-kit/blocks.js';
import {
  actions,
  button,
  card,
  context,
  feedback,
  input,
  modal,
  mrkdwn,
  options,
  plain,
  section,
  select,
  table,
  task,
  times,
} from '../../support/slack/block-kit/samples.js';
import { refusalMessagesOf } from '../../support/slack/open-bolt.js';
import { type SlackRoom, openSlackRoom } from '../../support/slack/open-room.js';

const WRONG_BLOCKS: readonly (readonly [string, object[], string])[] = [
  [
    'a block type that there is not',
    [{ type: 'heading', text: plain('a') }],
    'unsupported type: heading [json-pointer:/blocks/0/type]',
  ],
  ['a block without a type', [{ text: plain('a') }], 'missing required field: type [json-pointer:/blocks/0]'],
  [
    'an element that cannot stand there',
    [actions({ type: 'file_input' })],
    'unsupported type: file_input [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'markup in a header',
    [{ type: 'header', text: mrkdwn('a') }],
    'failed to match all allowed schemas [json-pointer:/blocks/0/text/type]',
  ],
  [
    'a field that there is not',
    [{ type: 'divider', colour: 'red' }],
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  ['a section without a text', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
  ['an empty text', [section(plain(''))], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
  ['an empty list of elements', [actions()], 'must provide at least 1 items [json-pointer:/blocks/0/elements]'],
  [
    'an image of nothing',
    [{ type: 'image', alt_text: 'a' }],
    'must have either image_url or slack_file [json-pointer:/blocks/0]',
  ],
  [
    'one block id twice',
    times(2, () => ({ type: 'divider', block_id: 'a' })),
    '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    'one action id twice in a block',
    [actions(...times(2, () => button({ action_id: 'a' })))],
    '`action_id` "a" already exists in this block [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    'a menu without options',
    [actions({ type: 'static_select' })],
    'must have either options or option_groups [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'one option value twice',
    [actions(select({ options: [...options(1), ...options(1)] }))],
    'options must have different values [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'an initial option that is not offered',
    [actions(select({ initial_option: { text: plain('a'), value: '9' } }))],
    'initial option must be one of the options [json-pointer:/blocks/0/elements/0]',
  ],
  ['two tables', [table(1, 1), table(1, 1)], 'only_one_table_allowed [json-pointer:/blocks]'],
  [
    'two fields in focus',
    times(2, () => input({ type: 'plain_text_input', focus_on_load: true })),
    'only one element may have focus_on_load [json-pointer:/blocks]',
  ],
  [
    'a source that is no web address',
    [task({ sources: [{ type: 'url', url: 'file:///etc', text: 'a' }] })],
    'failed to match all allowed schemas [json-pointer:/blocks/0/sources/0/url]',
  ],
  [
    'a task of another status',
    [task({ status: 'done' })],
    'failed to match all allowed schemas [json-pointer:/blocks/0/status]',
  ],
  [
    'a card with nothing on it',
    [{ type: 'card', subtitle: mrkdwn('a') }],
    'missing required field: title [json-pointer:/blocks/0]',
  ],
];

const WRONG_VIEWS: readonly (readonly [string, object, string])[] = [
  [
    'inputs without Submit',
    { blocks: [input({ type: 'plain_text_input' })] },
    'missing required field: submit [json-pointer:/view]',
  ],
  [
    'Markdown',
    { blocks: [{ type: 'markdown', text: 'a' }] },
    'unsupported type: markdown [json-pointer:/view/blocks/0/type]',
  ],
  ['a title of markup', { title: mrkdwn('a') }, 'failed to match all allowed schemas [json-pointer:/view/title/type]'],
  ['no title', { title: undefined }, 'missing required field: title [json-pointer:/view]'],
  [
    'one block id twice',
    { blocks: times(2, () => ({ type: 'divider', block_id: 'a' })) },
    '`block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]',
  ],
];

describe('the rules of Block Kit', () => {
  let room: SlackRoom;
  beforeEach(async () => {
    room = await openSlackRoom();
  });

  it.each(WRONG_BLOCKS)('refuse %s', async (_what, blocks, message) => {
    const call = room.client.apiCall('chat.postMessage', { channel: room.channel.id, text: 'a', blocks });
    expect(await refusalMessagesOf('invalid_blocks', call)).toEqual([`[ERROR] ${message}`]);
    expect(room.server.violations).toEqual([
      { where: 'chat.postMessage', error: 'invalid_blocks', messages: [`[ERROR] ${message}`] },
    ]);
  });

  it.each(WRONG_VIEWS)('refuse a view with %s', async (_what, given, message) => {
    const { trigger_id: trigger } = room.ada.globalShortcut('ask_docent').body;
    const call = room.client.apiCall('views.open', { trigger_id: String(trigger), view: modal(given) });
    expect(await refusalMessagesOf('invalid_arguments', call)).toEqual([`[ERROR] ${message}`]);
  });

  it('let a form take files only for whom may read them, and only in a modal', async () => {
    const blocks = [input({ type: 'file_input' })];
    const view = modal({ submit: plain('a'), blocks });
    const open = ({ ada, client }: SlackRoom) =>
      client.apiCall('views.open', { trigger_id: String(ada.globalShortcut('ask_docent').body['trigger_id']), view });
    await open(room);
    expect(await refusalMessagesOf('invalid_arguments', open(await openSlackRoom({ scopes: ['commands'] })))).toEqual([
      '[ERROR] file_input needs the scope files:read [json-pointer:/view/blocks]',
    ]);
    const home = room.client.apiCall('views.publish', { user_id: room.ada.id, view: { type: 'home', blocks } });
    expect(await refusalMessagesOf('invalid_arguments', home)).toEqual([
      '[ERROR] unsupported type: file_input [json-pointer:/view/blocks]',
    ]);
  });
});

describe('blocks as text', () => {
  const list = {
    type: 'rich_text_list',
    style: 'bullet',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'a' },
          { type: 'emoji', name: 'x' },
        ],
      },
    ],
  };
  it.each<[string, object, string]>([
    [
      'a section with fields and a button',
      section(mrkdwn('*a*'), { fields: [plain('b')], accessory: button() }),
      '*a*\nb\n[Go]',
    ],
    ['a context', context(plain('a'), { type: 'image', alt_text: 'cat', image_url: 'https://a.b/c' }), 'a cat'],
    ['a menu', actions(select({ options: options(2) })), '[a / a]'],
    ['feedback buttons', { type: 'context_actions', elements: [feedback('good')] }, '[Good] [Bad]'],
    ['an input with a hint', input({ type: 'plain_text_input' }, { hint: plain('h') }), 'a\nh\n[]'],
    ['rich text', { type: 'rich_text', elements: [list] }, '• a:x:'],
    ['a table', table(1, 2), 'a | a'],
    [
      'a task with its sources',
      task({ sources: [{ type: 'url', url: 'https://a.b', text: 'Guide' }] }),
      'a\nGuide (https://a.b)',
    ],
    ['a plan', { type: 'plan', title: 'Plan', tasks: [task()] }, 'Plan\na'],
    ['a card', card({ actions: [button()] }), 'a\n[Go]'],
    ['a container', { type: 'container', title: plain('a'), child_blocks: [section(plain('b'))] }, 'a\nb'],
    ['an alert', { type: 'alert', text: plain('a'), level: 'warning' }, 'a'],
    ['a divider', { type: 'divider' }, ''],
  ])('show %s', (_what, block, text) => {
    expect(blocksText([messageBlock.parse(block)])).toBe(text);
  });
});

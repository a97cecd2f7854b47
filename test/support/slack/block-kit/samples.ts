/** A text of so many characters. */
export const long = (length: number): string => 'a'.repeat(length);

/** A plain text object. */
export const plain = (text: string) => ({ type: 'plain_text', text });

/** A text object in Slack's markup. */
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });

/** The same so many times. */
export const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_value, index) => make(index));

/** A button. */
export const button = (given: object = {}) => ({ type: 'button', text: plain('Go'), ...given });

/** So many options with values of their own. */
export const options = (count: number) => times(count, (index) => ({ text: plain('a'), value: String(index) }));

/** A menu. */
export const select = (given: object = {}) => ({ type: 'static_select', options: options(1), ...given });

/** An `actions` block. */
export const actions = (...elements: object[]) => ({ type: 'actions', elements });

/** A `section` block. */
export const section = (text: object, given: object = {}) => ({ type: 'section', text, ...given });

/** An `input` block. */
export const input = (element: object, given: object = {}) => ({ type: 'input', label: plain('a'), element, ...given });

/** A `context` block. */
export const context = (...elements: object[]) => ({ type: 'context', elements });

/** Thumbs up and down. */
export const feedback = (value: string) => ({
  type: 'feedback_buttons',
  action_id: 'feedback',
  positive_button: { text: plain('Good'), value },
  negative_button: { text: plain('Bad'), value: 'bad' },
});

/** A `card` block. */
export const card = (given: object) => ({ type: 'card', title: mrkdwn('a'), ...given });

/** A `task_card` block. */
export const task = (given: object = {}) => ({
  type: 'task_card',
  task_id: '1',
  title: 'a',
  status: 'complete',
  ...given,
});

/** A `table` block of so many rows and columns. */
export const table = (rows: number, columns: number) => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => ({ type: 'raw_text', text: 'a' }))),
});

/** A modal. */
export const modal = (given: object) => ({ type: 'modal', title: plain('a'), blocks: [], ...given });

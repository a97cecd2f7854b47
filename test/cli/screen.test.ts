import { describe, expect, it } from 'vitest';
import { createMessageView } from '../../src/cli/show-message.js';
import { createScreen, statusLine, table } from '../../src/cli/screen.js';
import type { OutgoingMessage } from '../../src/core/chat/outgoing-message.js';

function createOutputs(isTTY: boolean) {
  const written = { out: '', err: '' };
  const stdout = { isTTY, columns: 40, write: (text: string) => (written.out += text) };
  const stderr = { isTTY, columns: 40, write: (text: string) => (written.err += text) };
  return { screen: createScreen(stdout, stderr), written };
}

const answer: OutgoingMessage = {
  kind: 'answer',
  text: 'Two years [1].',
  sources: [{ number: 1, documentName: 'plan\u001B[2J.pdf', page: 3, headingPath: ['Year 2'] }],
  actions: [],
};

describe('an answer on the screen', () => {
  it('comes bit by bit where somebody watches, and stands there once', () => {
    const { screen, written } = createOutputs(true);
    const view = createMessageView(screen);
    view.append('Two ');
    view.append('years');
    view.finish(answer);
    expect(written.out).toBe('Two years [1].\n\nSources\n[1] plan.pdf › page 3 › Year 2\n');
  });

  it('comes whole where it is piped', () => {
    const { screen, written } = createOutputs(false);
    const view = createMessageView(screen);
    view.append('Twenty');
    view.finish(answer);
    expect(written.out).toMatch(/^Two years \[1\]\.\n/);
  });

  it('says when it takes the place of what was streamed', () => {
    const { screen, written } = createOutputs(true);
    const view = createMessageView(screen);
    view.append('Twenty');
    view.finish(answer);
    expect(written.out).toMatch(/^Twenty\n\n\(In place of the above:\)\n\nTwo years/);
  });
});

describe('a status on the screen', () => {
  it('is drawn over the one before and gone before the result', () => {
    const { screen, written } = createOutputs(true);
    screen.status({ text: 'Searching' });
    screen.write('done\n');
    expect(written).toEqual({ out: 'done\n', err: '\r\u001B[KSearching\r\u001B[K' });
  });

  it('is not drawn into a file', () => {
    const { screen, written } = createOutputs(false);
    screen.status({ text: 'Searching' });
    expect(written.err).toBe('');
  });

  it('shows a bar and fits on one line', () => {
    const line = statusLine({ text: `Reading\n${'x'.repeat(100)}`, progress: { done: 1, total: 2 } }, 40);
    expect(line).toHaveLength(40);
    expect(line).toMatch(/^\[############------------\] Reading x/);
  });
});

describe('a table', () => {
  it('aligns its columns and cuts nothing', () => {
    expect(
      table(
        ['Document', 'Outcome', 'Reason'],
        [
          ['a.pdf', 'added', ''],
          ['日本.md', 'failed', 'two\nlines'],
        ],
      ),
    ).toBe('Document  Outcome  Reason\na.pdf     added\n日本.md     failed   two lines\n');
  });
});

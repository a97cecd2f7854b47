import { announce } from './announce.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import type { Exchange, Message, Vote } from './wire.js';

/** 👍 and 👎 under an answer; a 👎 may say why. */
export function createFeedback(
  first: Exchange,
  send: (exchange: Exchange, vote: Vote, reason: string) => Promise<Message>,
): { readonly element: HTMLElement; update(exchange: Exchange): void } {
  let exchange = first;
  const reason = h('input', {
    type: 'text',
    class: 'field',
    maxlength: 1_000,
    'aria-label': 'What was wrong? (optional)',
    placeholder: 'What was wrong? (optional)',
  });
  const form = h(
    'form',
    { class: 'feedback-reason', hidden: true },
    reason,
    h('button', { class: 'button button-small' }, 'Send'),
  );
  const problem = h('span', { class: 'feedback-problem', role: 'status' });

  const vote = async (choice: Vote, words: string): Promise<void> => {
    try {
      const message = await send(exchange, choice, words);
      problem.textContent = message.kind === 'error' ? message.text : '';
      if (message.kind !== 'error') announce('Thank you. Your feedback is kept.');
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
  };
  const up = thumb('up', 'Helpful', () => {
    form.hidden = true;
    void vote('up', '');
  });
  const down = thumb('down', 'Not helpful', () => {
    form.hidden = false;
    reason.focus();
    void vote('down', '');
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    form.hidden = true;
    down.focus();
    if (reason.value.trim() !== '') void vote('down', reason.value.trim());
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    form.hidden = true;
    down.focus();
  });

  const update = (next: Exchange): void => {
    exchange = next;
    up.setAttribute('aria-pressed', String(next.vote === 'up'));
    down.setAttribute('aria-pressed', String(next.vote === 'down'));
  };
  update(first);
  return {
    element: h('div', { class: 'feedback', role: 'group', 'aria-label': 'Feedback' }, up, down, form, problem),
    update,
  };
}

function thumb(name: 'up' | 'down', label: string, onclick: () => void): HTMLButtonElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'icon-button icon-button-small',
      'aria-label': label,
      title: label,
      'aria-pressed': 'false',
      onclick,
    },
    icon(name),
  );
}

import { announce } from './announce.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { withoutMarkup } from './markdown.js';
import type { Exchange, Message, Vote } from './wire.js';

/** 👍 and 👎 under an answer; a 👎 may say why. */
export function createFeedback(
  first: Exchange,
  send: (exchange: Exchange, vote: Vote, reason: string) => Promise<Message>,
): { readonly element: HTMLElement; update(exchange: Exchange): void } {
  let exchange = first;
  const problem = h('span', { class: 'feedback-problem', role: 'status' });

  const vote = async (choice: Vote, reason: string): Promise<void> => {
    try {
      const message = await send(exchange, choice, reason);
      problem.textContent = message.kind === 'error' ? withoutMarkup(message.text) : '';
      if (message.kind !== 'error') announce('Thank you. Your feedback is kept.');
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
  };
  const askWhy = (): void => {
    element.querySelector('form')?.remove();
    const form = reasonForm((reason) => {
      form.remove();
      down.focus();
      if (reason !== '') void vote('down', reason);
    });
    down.after(form);
    form.querySelector('input')?.focus();
  };
  const up = thumb('up', 'Helpful', () => {
    element.querySelector('form')?.remove();
    void vote('up', '');
  });
  const down = thumb('down', 'Not helpful', () => {
    askWhy();
    void vote('down', '');
  });

  const element = h('div', { class: 'feedback', role: 'group', 'aria-label': 'Feedback' }, up, down, problem);
  const update = (next: Exchange): void => {
    exchange = next;
    up.setAttribute('aria-pressed', String(next.vote === 'up'));
    down.setAttribute('aria-pressed', String(next.vote === 'down'));
  };
  update(first);
  return { element, update };
}

/** Asks for a reason; an empty one, or Escape, means none. */
function reasonForm(done: (reason: string) => void): HTMLFormElement {
  const label = 'What was wrong? (optional)';
  const input = h('input', { type: 'text', class: 'field', maxlength: 1_000, 'aria-label': label, placeholder: label });
  const form = h('form', { class: 'feedback-reason' }, input, h('button', { class: 'button button-small' }, 'Send'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    done(input.value.trim());
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    done('');
  });
  return form;
}

function thumb(name: 'up' | 'down', label: string, onclick: () => void): HTMLButtonElement {
  const attributes = { 'aria-label': label, title: label, 'aria-pressed': 'false', onclick };
  return h('button', { type: 'button', class: 'icon-button icon-button-small', ...attributes }, icon(name));
}

import { session } from './api.js';
import { h } from './dom.js';
import { brandMark } from './icons.js';
import type { Session } from './wire.js';

/** Asks for the token; resolves once it was right. */
export function signIn(): Promise<Session> {
  const input = h('input', {
    class: 'field',
    type: 'password',
    id: 'token',
    required: true,
    autocomplete: 'current-password',
    maxlength: 1_000,
  });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const form = h(
    'form',
    { class: 'sign-in' },
    brandMark(),
    h('h1', {}, 'Docent'),
    h('p', {}, 'Type the token that the operator gave you.'),
    h('label', { for: 'token' }, 'Token'),
    input,
    problem,
    h('button', { class: 'button button-primary' }, 'Sign in'),
  );
  const page = h('main', { class: 'sign-in-page' }, form);
  document.body.append(page);
  input.focus();
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      problem.textContent = '';
      session.signIn(input.value).then(
        (signedIn) => {
          page.remove();
          resolve(signedIn);
        },
        (error: unknown) => {
          problem.textContent = (error as Error).message;
          input.select();
        },
      );
    });
  });
}

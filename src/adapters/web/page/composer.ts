import { h } from './dom.js';
import { icon } from './icons.js';
import { type Written, readWritten } from './written.js';

/** Where questions are written. */
export interface Composer {
  readonly element: HTMLElement;
  focus(): void;
  /** Puts a text there to be changed. */
  write(text: string): void;
}

/** What the composer does with what is written. */
export interface ComposerOptions {
  /** Resolves once the server has the question; what it throws is shown, and the text stays. */
  readonly send: (written: Written) => Promise<void>;
  readonly chooseFiles: () => void;
  /** Names that count as commands behind a slash. */
  readonly commands: readonly string[];
}

/** A composer: Enter sends, Shift and Enter starts a new line. */
export function createComposer(options: ComposerOptions): Composer {
  const { element, form, input, submit, problem } = drawComposer(options.chooseFiles);
  let isSending = false;

  const fill = (text: string): void => {
    input.value = text;
    refresh();
  };
  const refresh = (): void => {
    fitToText(input);
    submit.disabled = isSending || input.value.trim() === '';
  };
  const send = async (): Promise<void> => {
    const text = input.value;
    const written = readWritten(text, options.commands);
    if (isSending || written === undefined) return;
    isSending = true;
    problem.textContent = '';
    fill('');
    try {
      await options.send(written);
    } catch (error) {
      problem.textContent = (error as Error).message;
      // What was written in the meantime is not thrown away for it.
      if (input.value === '') fill(text);
    } finally {
      isSending = false;
      refresh();
    }
  };

  input.addEventListener('input', refresh);
  input.addEventListener('keydown', (event) => {
    // While a word is being composed (Japanese, Chinese …), Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  return {
    element,
    focus: () => input.focus({ preventScroll: true }),
    write(text) {
      fill(text);
      input.focus();
    },
  };
}

function drawComposer(chooseFiles: () => void) {
  const input = h('textarea', {
    id: 'question',
    class: 'composer-input',
    rows: 1,
    'aria-label': 'Your question',
    placeholder: 'Ask a question',
    'aria-describedby': 'composer-hint',
    enterkeyhint: 'send',
    autocomplete: 'off',
  });
  const sendLabel = { 'aria-label': 'Send', title: 'Send' };
  const submit = h('button', { class: 'send-button', disabled: true, ...sendLabel }, icon('send'));
  const attachLabel = { 'aria-label': 'Add documents', title: 'Add documents' };
  const attach = h(
    'button',
    { type: 'button', class: 'icon-button', onclick: chooseFiles, ...attachLabel },
    icon('attach'),
  );
  const problem = h('p', { class: 'composer-problem', role: 'alert' });
  const box = h('div', { class: 'composer-box' }, attach, input, submit);
  const form = h('form', { class: 'composer', 'aria-label': 'Ask' }, problem, box);
  const words = 'Enter sends, Shift and Enter starts a new line.';
  const hint = h('p', { class: 'composer-hint', id: 'composer-hint' }, words);
  return { element: h('div', { class: 'composer-area' }, form, hint), form, input, submit, problem };
}

/** For browsers without `field-sizing`: the style sheet bounds the height. */
function fitToText(input: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight}px`;
}

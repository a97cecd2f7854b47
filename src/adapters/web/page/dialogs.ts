import { h } from './dom.js';

let dialogs = 0;

/** Asks before something is done that cannot be undone. */
export function confirmAction(question: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isDangerous?: boolean;
}): Promise<boolean> {
  const confirm = h(
    'button',
    { class: question.isDangerous === true ? 'button button-danger' : 'button button-primary', value: 'yes' },
    question.action,
  );
  const { dialog, answer } = openDialog(question.title, [h('p', { class: 'dialog-text' }, question.text)], confirm);
  // A key pressed in haste must not delete.
  if (question.isDangerous === true) dialog.querySelector<HTMLElement>('.dialog-cancel')?.focus();
  return answer.then((value) => value === 'yes');
}

/** Asks for a line of text; undefined when somebody thinks better of it. */
export async function askForText(question: {
  readonly title: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly action: string;
  /** What is wrong with the text, or an empty string. */
  readonly check?: (text: string) => string;
  readonly maxLength: number;
}): Promise<string | undefined> {
  const input = h('input', {
    class: 'field',
    type: 'text',
    required: true,
    maxlength: question.maxLength,
    value: question.value,
    autocomplete: 'off',
  });
  const validate = (): void => input.setCustomValidity(question.check?.(input.value.trim()) ?? '');
  input.addEventListener('input', validate);
  validate();
  const field = h('label', { class: 'dialog-field' }, h('span', {}, question.label), input);
  const hint = h('p', { class: 'dialog-text', id: 'dialog-hint' }, question.hint);
  if (question.hint !== undefined) input.setAttribute('aria-describedby', hint.id);
  const { answer } = openDialog(
    question.title,
    question.hint === undefined ? [field] : [field, hint],
    h('button', { class: 'button button-primary', value: 'yes' }, question.action),
  );
  input.select();
  return (await answer) === 'yes' ? input.value.trim() : undefined;
}

function openDialog(
  title: string,
  content: readonly HTMLElement[],
  action: HTMLElement,
): { readonly dialog: HTMLDialogElement; readonly answer: Promise<string> } {
  dialogs += 1;
  const titleId = `dialog-title-${dialogs}`;
  const cancel = h('button', { class: 'button dialog-cancel', type: 'button' }, 'Cancel');
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': titleId },
    h(
      'form',
      { method: 'dialog' },
      h('h2', { id: titleId }, title),
      ...content,
      h('div', { class: 'dialog-actions' }, cancel, action),
    ),
  );
  cancel.addEventListener('click', () => dialog.close(''));
  // Else the Escape that closes the dialog also closes what is behind it.
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  document.body.append(dialog);
  const answer = new Promise<string>((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
  dialog.showModal();
  return { dialog, answer };
}

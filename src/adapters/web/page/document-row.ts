import type { DocumentRow } from './document-list.js';
import { fileName, h } from './dom.js';
import { counted, formatBytes } from './format.js';
import { icon, type IconName } from './icons.js';
import { renderLine } from './markdown.js';
import { moment } from './moment.js';
import type { UploadRow } from './upload-rows.js';

/** What the buttons of a document's row do. */
export interface RowActions {
  readonly replace: (name: string) => void;
  readonly remove: (row: DocumentRow) => void;
}

/** A document: what it is, how far it is, and what can be done with it. */
export function createDocumentRow(row: DocumentRow, actions: RowActions): HTMLElement {
  const facts = [
    row.pageCount === null ? '' : counted(row.pageCount, 'page'),
    row.isAnswerable ? counted(row.passageCount, 'passage') : '',
    row.sizeBytes === null ? '' : formatBytes(row.sizeBytes),
  ].filter((fact) => fact !== '');
  return h(
    'li',
    { class: `row row-${row.status}` },
    badge(row.name),
    h(
      'div',
      { class: 'row-body' },
      h('p', { class: 'row-name' }, ...fileName(row.name)),
      facts.length > 0 && h('p', { class: 'row-facts' }, facts.join(' · ')),
      h('p', { class: 'row-state' }, ...stateOf(row)),
      row.failure !== null && h('p', { class: 'row-problem' }, row.failure),
      row.skipped.length > 0 &&
        h(
          'details',
          { class: 'row-skipped' },
          h('summary', {}, 'Left out'),
          h('ul', {}, ...row.skipped.map((note) => h('li', {}, note))),
        ),
    ),
    h(
      'div',
      { class: 'row-actions' },
      action('replace', `Replace ${row.name}`, () => actions.replace(row.name)),
      action('trash', `Delete ${row.name}`, () => actions.remove(row)),
    ),
  );
}

/** A file on its way, or what went wrong with it. `isQueued`: the server has it and has not begun to read. */
export function createUploadRow(
  row: UploadRow,
  { isQueued = false, dismiss }: { readonly isQueued?: boolean; readonly dismiss: () => void },
): HTMLElement {
  const { name, step } = row;
  const isOver = step.kind === 'done' || step.kind === 'refused';
  return h(
    'li',
    { class: isOver ? 'row row-upload row-failed' : 'row row-upload' },
    badge(name),
    h(
      'div',
      { class: 'row-body' },
      step.kind !== 'done' && h('p', { class: 'row-name' }, ...fileName(name)),
      ...(isQueued && step.kind === 'reading' ? [stateLine(WAITING)] : progressOf(row)),
    ),
    isOver && h('div', { class: 'row-actions row-actions-shown' }, action('close', `Dismiss ${name}`, dismiss)),
  );
}

const WAITING = 'Waiting for its turn';

function stateLine(text: string): HTMLElement {
  return h('p', { class: 'row-state' }, text);
}

function progressOf({ name, sizeBytes, step }: UploadRow): HTMLElement[] {
  switch (step.kind) {
    case 'waiting':
      return [stateLine('Waiting to be sent')];
    case 'sending':
      return [
        stateLine(`Sending, ${formatBytes(step.doneBytes)} of ${formatBytes(sizeBytes)}`),
        bar(name, step.doneBytes, sizeBytes),
      ];
    case 'reading': {
      const { status } = step;
      if (status === null) return [stateLine(WAITING)];
      // The row has the name already.
      return [stateLine(status.text.replace(` ${name}`, '')), bar(name, status.progress?.done, status.progress?.total)];
    }
    case 'done':
      return [h('p', { class: 'row-outcome' }, renderLine(step.message.text))];
    case 'refused':
      return [h('p', { class: 'row-problem' }, step.reason)];
  }
}

function stateOf(row: DocumentRow): (string | Node)[] {
  switch (row.status) {
    case 'queued':
      return [
        row.position === null || row.position === 0 ? 'Waiting, next in line' : `Waiting, ${row.position} ahead of it`,
      ];
    case 'reading':
      return [row.isAnswerable ? 'Reading the new version' : 'Reading'];
    case 'learning':
      return [
        `Ready to ask, still learning: ${row.learnedCount} of ${row.passageCount}`,
        bar(row.name, row.learnedCount, row.passageCount),
      ];
    case 'ready':
      return ['Ready, ', moment(row.updatedAt)];
    case 'failed':
      return [
        row.isAnswerable ? 'The new version could not be read; the earlier one still answers' : 'Could not be read',
      ];
  }
}

function bar(name: string, done: number | undefined, total: number | undefined): HTMLElement {
  return h('progress', {
    class: 'bar',
    'aria-label': `Progress of ${name}`,
    value: total === undefined ? null : done,
    max: Math.max(1, total ?? 1),
  });
}

function action(name: IconName, label: string, onclick: () => void): HTMLElement {
  return h(
    'button',
    { type: 'button', class: 'icon-button icon-button-small', 'aria-label': label, title: label, onclick },
    icon(name),
  );
}

/** The file's kind in a word, as its ending says. */
function badge(name: string): HTMLElement {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1];
  return h(
    'span',
    { class: 'badge', 'aria-hidden': 'true' },
    ending === undefined ? icon('document') : ending.toLowerCase(),
  );
}

import type { DocumentRow } from './document-list.js';
import { createUploadRow } from './document-row.js';
import { h, reconcile } from './dom.js';
import { counted } from './format.js';
import { icon } from './icons.js';
import { createKeptRows } from './kept-rows.js';
import { renderLine } from './markdown.js';
import type { Room } from './room.js';
import type { UploadRow } from './upload-rows.js';

/** Files on their way that are shown by name; the others are counted. */
const MOST_MOVING = 3;
const MOST_PROBLEMS = 8;

/** What is being added: problems one by one, good news together, and how far the rest is. */
export function createUploadsView(room: Room): HTMLElement {
  const summary = h('p', { class: 'uploads-summary', role: 'status' });
  const bar = h('progress', { class: 'bar', 'aria-label': 'Files added' });
  const total = h('div', { class: 'uploads-total', hidden: true }, summary, bar);
  const list = h('ul', { class: 'rows', 'aria-label': 'Being added' });
  const kept = createKeptRows();

  const show = (): void => {
    const rows = room.uploads.rows.value;
    const documents = new Map(room.documents.state.value.documents.map((document) => [document.name, document]));
    const dismiss = (dismissed: readonly UploadRow[]): void => void room.uploads.dismiss(dismissed);
    const problems = rows.filter(isProblem).slice(0, MOST_PROBLEMS);
    const news = rows.filter((row) => row.step.kind === 'done' && !isProblem(row));
    const moving = rows.filter(({ step }) => step.kind !== 'done' && step.kind !== 'refused');
    const first = moving.toSorted((a, b) => rank(a, documents) - rank(b, documents)).slice(0, MOST_MOVING);

    reconcile(list, [
      ...problems.map((row) => kept.row(row.key, row, () => createUploadRow(row, { dismiss: () => dismiss([row]) }))),
      ...(news.length === 0 ? [] : [kept.row('news', news, () => goodNews(news, () => dismiss(news)))]),
      ...first.map((row) => {
        const isQueued = documents.get(row.name)?.status === 'queued';
        return kept.row(row.key, [row, isQueued], () =>
          createUploadRow(row, { isQueued, dismiss: () => dismiss([row]) }),
        );
      }),
    ]);
    list.hidden = rows.length === 0;
    total.hidden = moving.length <= MOST_MOVING;
    summary.textContent = `Adding ${counted(rows.length, 'file')}, ${rows.length - moving.length} done`;
    bar.max = Math.max(1, rows.length);
    bar.value = rows.length - moving.length;
  };
  room.uploads.rows.watch(show);
  room.documents.state.watch(show);
  return h('div', { class: 'uploads' }, total, list);
}

/** What is being read comes first, then what is sent, then what waits. */
function rank({ step, name }: UploadRow, documents: ReadonlyMap<string, DocumentRow>): number {
  if (step.kind === 'reading') return documents.get(name)?.status === 'queued' ? 2 : 0;
  return step.kind === 'sending' ? 1 : 3;
}

function isProblem({ step }: UploadRow): boolean {
  return step.kind === 'refused' || (step.kind === 'done' && step.message.kind === 'error');
}

function goodNews(rows: readonly UploadRow[], dismiss: () => void): HTMLElement {
  const texts = rows.flatMap(({ step }) => (step.kind === 'done' ? [renderLine(step.message.text)] : []));
  const [only, ...others] = texts;
  const label = others.length === 0 ? `Dismiss ${rows[0]?.name ?? ''}` : 'Dismiss all';
  return h(
    'li',
    { class: 'row row-upload row-done' },
    h('span', { class: 'row-done-icon' }, icon('check')),
    others.length === 0
      ? h('p', { class: 'row-body row-outcome' }, only)
      : h(
          'details',
          { class: 'row-body row-outcome' },
          h('summary', {}, `${counted(rows.length, 'file')} done`),
          ...texts.map((text) => h('p', {}, text)),
        ),
    h(
      'div',
      { class: 'row-actions row-actions-shown' },
      h(
        'button',
        { type: 'button', class: 'icon-button icon-button-small', 'aria-label': label, title: label, onclick: dismiss },
        icon('close'),
      ),
    ),
  );
}

import { confirmAction } from './dialogs.js';
import { createDocumentRow, createUploadRow, type RowActions } from './document-row.js';
import type { DocumentListState, DocumentRow } from './document-list.js';
import { h, reconcile } from './dom.js';
import { counted } from './format.js';
import { icon } from './icons.js';
import { createPager } from './pager.js';
import type { Room } from './room.js';
import type { UploadRow } from './upload-queue.js';

/** Uploads shown at the same time; the others are counted. */
const MOST_UPLOADS = 8;

/** The creator's documents and what is being added to them. */
export function createDocumentsView(
  room: Room,
  options: {
    readonly chooseFiles: () => void;
    readonly replace: (name: string) => void;
    readonly report: (problem: unknown) => void;
  },
): HTMLElement {
  const summary = h('p', { class: 'panel-summary', role: 'status' });
  const uploads = h('ul', { class: 'rows', 'aria-label': 'Being added' });
  const rest = h('p', { class: 'panel-note', hidden: true });
  const list = h('ul', { class: 'rows', 'aria-label': 'Documents' });
  const pager = createPager('Pages of documents', (page) => void room.documents.turnTo(page));
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const kept = new Map<string, { readonly value: unknown; readonly element: HTMLElement }>();

  const actions: RowActions = {
    replace: options.replace,
    remove: (row) => void remove(row).catch(options.report),
    dismiss: (row) => void room.uploads.dismiss([row]),
  };
  const remove = async (row: DocumentRow): Promise<void> => {
    const isSure = await confirmAction({
      title: `Delete ${row.name}?`,
      text: 'Docent forgets what stands in it. Earlier answers stay as they are.',
      action: 'Delete',
      isDangerous: true,
    });
    if (!isSure) return;
    const message = await room.api.run('forget', { document: row.name });
    if (message.kind === 'error') throw new Error(message.text);
    await room.documents.refresh();
  };
  /** A row that did not change keeps its element, and with it the focus. */
  const rowOf = <Value>(key: string, value: Value, make: (value: Value) => HTMLElement) => {
    const known = kept.get(key);
    const isSame = known !== undefined && JSON.stringify(known.value) === JSON.stringify(value);
    const row = isSame ? known : { value, element: make(value) };
    kept.set(key, row);
    return { key, element: row.element };
  };

  const showUploads = (rows: readonly UploadRow[]): void => {
    const shown = rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_UPLOADS);
    reconcile(
      uploads,
      shown.map((row) => rowOf(`upload/${row.key}`, row, (value) => createUploadRow(value, actions))),
    );
    uploads.hidden = rows.length === 0;
    rest.hidden = rows.length <= shown.length;
    rest.textContent = `and ${counted(rows.length - shown.length, 'more file')}`;
  };
  const showDocuments = (state: DocumentListState): void => {
    reconcile(
      list,
      state.documents.map((row) => rowOf(row.documentId, row, (value) => createDocumentRow(value, actions))),
    );
    summary.textContent =
      state.phase === 'loading' ? '' : state.total === 0 ? 'No documents yet' : counted(state.total, 'document');
    pager.show(state);
    problem.hidden = state.phase !== 'failed';
    problem.textContent = state.problem;
  };
  room.uploads.rows.watch(showUploads);
  room.documents.state.watch(showDocuments);

  const add = h(
    'button',
    { type: 'button', class: 'button button-small', onclick: options.chooseFiles },
    icon('add'),
    'Add documents',
  );
  return h(
    'div',
    { class: 'documents' },
    h('div', { class: 'panel-head' }, summary, add),
    problem,
    uploads,
    rest,
    list,
    pager.element,
  );
}

/** What needs a look comes first, then what is moving, then what waits. */
function rank({ step }: UploadRow): number {
  if (step.kind === 'refused' || (step.kind === 'done' && step.message.kind === 'error')) return 0;
  return { done: 1, reading: 2, sending: 3, waiting: 4 }[step.kind];
}

import { confirmAction } from './dialogs.js';
import type { DocumentListState, DocumentRow } from './document-list.js';
import { createDocumentRow } from './document-row.js';
import { h, reconcile } from './dom.js';
import { counted } from './format.js';
import { icon } from './icons.js';
import { createKeptRows } from './kept-rows.js';
import { withoutMarkup } from './markdown.js';
import { createPager } from './pager.js';
import type { Room } from './room.js';
import type { UploadRow } from './upload-rows.js';
import { createUploadsView } from './uploads-view.js';

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
  const list = h('ul', { class: 'rows', 'aria-label': 'Documents' });
  const pager = createPager('Pages of documents', (page) => void room.documents.turnTo(page));
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const kept = createKeptRows();

  const actions = {
    replace: options.replace,
    remove: (row: DocumentRow) => void removeDocument(room, row).catch(options.report),
  };
  const show = (): void => {
    const state = room.documents.state.value;
    // A document that comes for the first time is shown as an upload until somebody has seen what became of it.
    const uploading = new Set(room.uploads.rows.value.filter(isOpen).map(({ name }) => name));
    const shown = state.documents.filter(({ name, isAnswerable }) => isAnswerable || !uploading.has(name));
    reconcile(
      list,
      shown.map((row) => kept.row(row.documentId, row, () => createDocumentRow(row, actions))),
    );
    summary.textContent = inWords(state);
    pager.show(state);
    problem.hidden = state.phase !== 'failed';
    problem.textContent = state.problem;
  };
  room.documents.state.watch(show);
  room.uploads.rows.watch(show);

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
    createUploadsView(room),
    list,
    pager.element,
  );
}

function inWords({ phase, total }: DocumentListState): string {
  if (phase === 'loading') return '';
  return total === 0 ? 'No documents yet' : counted(total, 'document');
}

async function removeDocument(room: Room, row: DocumentRow): Promise<void> {
  const isSure = await confirmAction({
    title: `Delete ${row.name}?`,
    text: 'Docent forgets what stands in it. Earlier answers stay as they are.',
    action: 'Delete',
    isDangerous: true,
  });
  if (!isSure) return;
  const message = await room.api.run('forget', { document: row.name });
  if (message.kind === 'error') throw new Error(withoutMarkup(message.text));
  await room.documents.refresh();
}

function isOpen({ step }: UploadRow): boolean {
  return step.kind === 'reading' || (step.kind === 'done' && step.message.kind === 'error');
}

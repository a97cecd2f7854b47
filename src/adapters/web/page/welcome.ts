import type { DocumentListState } from './document-list.js';
import { h } from './dom.js';
import { counted, formatNames } from './format.js';
import { brandMark, icon } from './icons.js';

/** What stands in a thread before its first question. */
export interface Welcome {
  readonly element: HTMLElement;
  update(documents: DocumentListState, uploading: number): void;
}

/** An empty welcome; `update` chooses what it says. */
export function createWelcome(options: { readonly chooseFiles: () => void; readonly formats: string }): Welcome {
  const element = h('div', { class: 'welcome' });
  let shown = '';

  const dropZone = (): HTMLElement[] => [
    h(
      'button',
      { type: 'button', class: 'drop-zone', onclick: options.chooseFiles },
      h('span', { class: 'drop-zone-icon' }, icon('upload')),
      h(
        'span',
        { class: 'drop-zone-title' },
        matchMedia('(hover: hover)').matches
          ? 'Drop documents here, then ask about them'
          : 'Add documents, then ask about them',
      ),
      h('span', { class: 'drop-zone-action' }, 'Choose files'),
      h('span', { class: 'drop-zone-formats' }, options.formats),
    ),
    h(
      'p',
      { class: 'welcome-note' },
      'Answers come from your documents alone, with the exact passage behind every statement.',
    ),
  ];
  const invitation = (documents: DocumentListState): Element[] => [
    brandMark(),
    h('h2', { class: 'welcome-title' }, `Ask about your ${counted(documents.total, 'document')}`),
    h(
      'p',
      { class: 'welcome-note' },
      `${formatNames(
        documents.documents.map(({ name }) => name),
        documents.total,
      )}.`,
    ),
  ];

  return {
    element,
    update(documents, uploading) {
      const kind =
        documents.phase !== 'ready' ? 'empty' : documents.total > 0 ? 'ask' : uploading > 0 ? 'reading' : 'drop';
      const next = `${kind} ${documents.total} ${documents.documents
        .slice(0, 3)
        .map(({ name }) => name)
        .join('/')}`;
      if (next === shown) return;
      shown = next;
      if (kind === 'empty') element.replaceChildren();
      else if (kind === 'drop') element.replaceChildren(...dropZone());
      else if (kind === 'ask') element.replaceChildren(...invitation(documents));
      else
        element.replaceChildren(
          brandMark(),
          h('h2', { class: 'welcome-title' }, 'Reading your documents'),
          h('p', { class: 'welcome-note' }, 'You can ask as soon as the first one is read.'),
        );
    },
  };
}

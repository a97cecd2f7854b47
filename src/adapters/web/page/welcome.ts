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
  const invitation = (names: readonly string[], count: number): Element[] => [
    brandMark(),
    h('h2', { class: 'welcome-title' }, `Ask about your ${counted(count, 'document')}`),
    h('p', { class: 'welcome-note' }, `${formatNames(names, count)}.`),
  ];
  const reading = (): Element[] => [
    brandMark(),
    h('h2', { class: 'welcome-title' }, 'Reading your documents'),
    h('p', { class: 'welcome-note' }, 'You can ask as soon as the first one is read.'),
  ];

  return {
    element,
    update({ phase, documents, pages, total }, uploading) {
      const names = documents.filter(({ isAnswerable }) => isAnswerable).map(({ name }) => name);
      // The other pages are taken as read, unless something is on its way.
      const count = pages > 1 && uploading === 0 ? total : names.length;
      const next = JSON.stringify([phase, count, uploading > 0, names.slice(0, 3)]);
      if (next === shown) return;
      shown = next;
      if (phase !== 'ready') element.replaceChildren();
      else if (names.length > 0) element.replaceChildren(...invitation(names, count));
      else element.replaceChildren(...(uploading > 0 ? reading() : dropZone()));
    },
  };
}

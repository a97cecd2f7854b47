import { type OpenSource, placeOf } from './answer-text.js';
import { fileName, h, hiddenText } from './dom.js';
import type { Source } from './wire.js';

/** The cited passages under an answer: each opens the exact words. */
export function sourceList(sources: readonly Source[], open: OpenSource): HTMLElement {
  return h(
    'ol',
    { class: 'sources', 'aria-label': 'Sources' },
    ...sources.map((source) => h('li', {}, chip(source, open))),
  );
}

function chip(source: Source, open: OpenSource): HTMLElement {
  const place = placeOf(source);
  return h(
    'button',
    {
      class: 'source',
      type: 'button',
      title: [
        source.documentName,
        ...source.headingPath,
        ...(source.page === null ? [] : [`page ${source.page}`]),
      ].join(' › '),
      onclick: ({ currentTarget }: MouseEvent) => open(source, currentTarget as HTMLElement),
    },
    // The spaces are for the name that is read out.
    h('span', { class: 'source-number' }, hiddenText('Source '), String(source.number)),
    ' ',
    h(
      'span',
      {},
      h('span', { class: 'source-name' }, ...fileName(source.documentName)),
      place !== '' && h('span', { class: 'source-place' }, ` ${place}`),
    ),
  );
}

import { h } from './dom.js';
import type { Status } from './wire.js';

/** What Docent is doing, with a bar where it can be counted. */
export interface StatusLine {
  readonly element: HTMLElement;
  show(status: Status): void;
}

/** An empty line. */
export function createStatusLine(): StatusLine {
  const text = h('span', {});
  const bar = h('progress', { class: 'bar', hidden: true, 'aria-label': 'Progress' });
  const element = h('p', { class: 'status-line' }, h('span', { class: 'thinking', 'aria-hidden': 'true' }), text, bar);
  return {
    element,
    show({ text: words, progress }) {
      text.textContent = words;
      bar.hidden = progress === undefined;
      if (progress !== undefined) {
        bar.max = Math.max(1, progress.total);
        bar.value = progress.done;
      }
    },
  };
}

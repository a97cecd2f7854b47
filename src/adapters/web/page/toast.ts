import { h } from './dom.js';
import { icon } from './icons.js';

const SHOWN_MS = 10_000;
const region = h('div', { class: 'toasts', role: 'alert' });

/** Says what went wrong where no other place on the page belongs to it. */
export function toast(problem: unknown): void {
  if (!region.isConnected) document.body.append(region);
  const text = problem instanceof Error ? problem.message : String(problem);
  const close = h(
    'button',
    { type: 'button', class: 'icon-button icon-button-small', 'aria-label': 'Dismiss' },
    icon('close'),
  );
  const item = h('div', { class: 'toast' }, h('p', {}, text), close);
  close.addEventListener('click', () => item.remove());
  setTimeout(() => item.remove(), SHOWN_MS);
  region.replaceChildren(item);
}

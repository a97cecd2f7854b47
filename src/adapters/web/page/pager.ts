import { h } from './dom.js';
import { icon } from './icons.js';

/** Turns the pages of a long list; not there while one page is enough. */
export function createPager(
  label: string,
  turnTo: (page: number) => void,
): { readonly element: HTMLElement; show(state: { readonly page: number; readonly pages: number }): void } {
  let current = 1;
  const button = (name: 'back' | 'forward', text: string, step: number): HTMLButtonElement =>
    h(
      'button',
      { type: 'button', class: 'icon-button', 'aria-label': text, title: text, onclick: () => turnTo(current + step) },
      icon(name),
    );
  const previous = button('back', 'Previous page', -1);
  const next = button('forward', 'Next page', 1);
  const place = h('span', { role: 'status' });
  const element = h('nav', { class: 'pager', 'aria-label': label, hidden: true }, previous, place, next);
  return {
    element,
    show({ page, pages }) {
      current = page;
      element.hidden = pages < 2;
      place.textContent = `Page ${page} of ${pages}`;
      previous.disabled = page <= 1;
      next.disabled = page >= pages;
    },
  };
}

import { h } from './dom.js';

const region = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' });

/** Puts the place for announcements into the page; before the first one. */
export function installAnnouncer(): void {
  document.body.append(region);
}

/** Says something to screen readers once. */
export function announce(text: string): void {
  region.textContent = '';
  // A text that is set again in the same moment is not read out again.
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}

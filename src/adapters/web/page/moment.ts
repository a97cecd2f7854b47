import { h } from './dom.js';
import { formatMoment, formatWhen } from './format.js';

const REFRESH_MS = 30_000;

/** A point in time in friendly words, which stay right while the page is open; the exact moment is its tooltip. */
export function moment(at: number): HTMLTimeElement {
  return h(
    'time',
    { datetime: new Date(at).toISOString(), title: formatMoment(at), 'data-at': at },
    formatWhen(at, Date.now()),
  );
}

/** Keeps every moment on the page right. */
export function keepMomentsFresh(): void {
  setInterval(() => {
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-at]')) {
      const words = formatWhen(Number(time.dataset['at']), Date.now());
      if (time.textContent !== words) time.textContent = words;
    }
  }, REFRESH_MS);
}

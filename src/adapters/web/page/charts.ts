import { h, svg } from './dom.js';
import { counted, formatNumber } from './format.js';

/** Each day has a slot of its own, so that bars stand over their labels. */
const SLOT = 40;
const BAR_WIDTH = 28;
const HEIGHT = 64;

/** Questions a day as bars; the numbers stand in a list for who cannot see them. */
export function dayBars(days: readonly { readonly day: string; readonly count: number }[]): HTMLElement {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const bars = days.map(({ count }, index) => {
    const height = count === 0 ? 2 : Math.max(4, (count / most) * HEIGHT);
    return svg('rect', {
      x: index * SLOT + (SLOT - BAR_WIDTH) / 2,
      y: HEIGHT - height,
      width: BAR_WIDTH,
      height,
      rx: 3,
      class: count === 0 ? 'chart-empty' : 'chart-bar',
    });
  });
  return h(
    'figure',
    { class: 'chart' },
    svg(
      'svg',
      { viewBox: `0 0 ${days.length * SLOT} ${HEIGHT}`, 'aria-hidden': 'true', preserveAspectRatio: 'none' },
      ...bars,
    ),
    h(
      'ol',
      { class: 'chart-labels' },
      ...days.map(({ day, count }) =>
        h(
          'li',
          { title: counted(count, 'question') },
          h('span', {}, weekday(day)),
          h('span', { class: 'visually-hidden' }, `: ${counted(count, 'question')}`),
        ),
      ),
    ),
  );
}

/** A part of a whole. */
export interface Share {
  readonly label: string;
  readonly count: number;
  readonly tone: 'good' | 'accent' | 'caution' | 'danger';
}

/** Parts of a whole as one bar with its legend; parts of nothing are left out. */
export function shareBar(shares: readonly Share[]): HTMLElement {
  const shown = shares.filter(({ count }) => count > 0);
  return h(
    'div',
    { class: 'shares' },
    h(
      'div',
      { class: 'share-bar', 'aria-hidden': 'true' },
      ...shown.map(({ count, tone }) => {
        const part = h('span', { class: `share tone-${tone}` });
        part.style.flexGrow = String(count);
        return part;
      }),
    ),
    h(
      'ul',
      { class: 'legend' },
      ...shown.map(({ label, count, tone }) =>
        h(
          'li',
          {},
          h('span', { class: `dot tone-${tone}`, 'aria-hidden': 'true' }),
          `${label} `,
          h('strong', {}, formatNumber(count)),
        ),
      ),
    ),
  );
}

/** `Mon` for `20261123`. */
function weekday(day: string): string {
  const date = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00Z`);
  return new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(date);
}

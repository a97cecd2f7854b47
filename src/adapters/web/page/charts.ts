import { h, svg } from './dom.js';
import { counted, formatNumber } from './format.js';

const BAR_WIDTH = 28;
const BAR_GAP = 12;
const HEIGHT = 64;

/** Questions a day as bars; the numbers stand in a list for who cannot see them. */
export function dayBars(days: readonly { readonly day: string; readonly count: number }[]): HTMLElement {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const bars = days.map(({ count }, index) => {
    const height = count === 0 ? 2 : Math.max(4, (count / most) * HEIGHT);
    return svg('rect', {
      x: index * (BAR_WIDTH + BAR_GAP),
      y: HEIGHT - height,
      width: BAR_WIDTH,
      height,
      rx: 3,
      class: count === 0 ? 'chart-empty' : 'chart-bar',
    });
  });
  const width = days.length * (BAR_WIDTH + BAR_GAP) - BAR_GAP;
  return h(
    'figure',
    { class: 'chart' },
    svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true', preserveAspectRatio: 'none' }, ...bars),
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

import { h, hiddenText, svg } from './dom.js';
import { counted, formatDuration, formatNumber } from './format.js';

/** Each day has a slot of its own, so that bars stand over their labels. */
const SLOT = 40;
const BAR_WIDTH = 28;
const HEIGHT = 64;
const HOUR_SLOT = 12;
/** Radius of a point on a line. */
const POINT = 3;

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

/** Half and 95 of 100 response times a day as two lines; days without questions are gaps. The numbers stand in a table. */
export function timeLines(
  days: readonly { readonly day: string; readonly count: number; readonly p50: number; readonly p95: number }[],
): HTMLElement {
  const most = Math.max(1, ...days.map(({ p95 }) => p95));
  const place = (value: number, index: number) => ({
    x: index * SLOT + SLOT / 2,
    y: HEIGHT - (value / most) * (HEIGHT - 2 * POINT) - POINT,
  });
  const draw = (of: 'p50' | 'p95', tone: string): SVGElement[] => {
    const points = days.map((day, index) => (day.count === 0 ? undefined : place(day[of], index)));
    const lines = points.flatMap((point, index) => {
      const next = points[index + 1];
      if (point === undefined || next === undefined) return [];
      return [svg('line', { x1: point.x, y1: point.y, x2: next.x, y2: next.y, class: `chart-line ${tone}` })];
    });
    const dots = points.flatMap((point) =>
      point === undefined ? [] : [svg('circle', { cx: point.x, cy: point.y, r: POINT, class: `chart-dot ${tone}` })],
    );
    return [...lines, ...dots];
  };
  return h(
    'figure',
    { class: 'chart chart-times' },
    svg(
      'svg',
      { viewBox: `0 0 ${days.length * SLOT} ${HEIGHT}`, 'aria-hidden': 'true' },
      ...draw('p95', 'line-slow'),
      ...draw('p50', 'line-half'),
    ),
    h(
      'ol',
      { class: 'chart-labels' },
      ...days.map(({ day, count, p50, p95 }) => {
        const times = count === 0 ? 'no questions' : `half ${formatDuration(p50)}, 95 of 100 ${formatDuration(p95)}`;
        return h('li', { title: times }, h('span', {}, weekday(day)), hiddenText(`: ${times}`));
      }),
    ),
  );
}

/** Questions in each hour of the UTC day as bars. */
export function hourBars(hours: readonly number[]): HTMLElement {
  const most = Math.max(1, ...hours);
  const bars = hours.map((count, hour) => {
    const height = count === 0 ? 2 : Math.max(4, (count / most) * HEIGHT);
    return svg('rect', {
      x: hour * HOUR_SLOT + 1,
      y: HEIGHT - height,
      width: HOUR_SLOT - 2,
      height,
      rx: 2,
      class: count === 0 ? 'chart-empty' : 'chart-bar',
    });
  });
  const busy = hours.flatMap((count, hour) =>
    count === 0 ? [] : [`${clockTime(hour)} ${counted(count, 'question')}`],
  );
  return h(
    'figure',
    { class: 'chart' },
    svg(
      'svg',
      { viewBox: `0 0 ${hours.length * HOUR_SLOT} ${HEIGHT}`, 'aria-hidden': 'true', preserveAspectRatio: 'none' },
      ...bars,
    ),
    h('ol', { class: 'chart-labels chart-hours' }, ...[0, 6, 12, 18].map((hour) => h('li', {}, clockTime(hour)))),
    hiddenText(`In UTC: ${busy.join(', ')}`),
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

function clockTime(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

import { svg } from './dom.js';

/** Line drawings on a 20 by 20 grid, in the colour of the text around them. */
const paths = {
  add: 'M10 4v12M4 10h12',
  alert: 'M10 6.5v4M10 13.4v.1M10 2.8 18 16.8H2z',
  arrowDown: 'M10 4v12M5 11l5 5 5-5',
  attach: 'm15.5 9.5-5.6 5.6a3.5 3.5 0 0 1-5-5l6.2-6.1a2.3 2.3 0 0 1 3.3 3.3l-6 6a1.2 1.2 0 0 1-1.7-1.7l5.2-5.2',
  back: 'm12 5-5 5 5 5',
  check: 'm4 10.5 4 4 8-9',
  chevron: 'm6 8 4 4 4-4',
  close: 'm5 5 10 10M15 5 5 15',
  document: 'M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5M7.5 13h5',
  down: 'M6.5 4.5v7.2L9.6 17a1.5 1.5 0 0 0 1.6-1.8l-.5-3h3.8a1.6 1.6 0 0 0 1.5-2l-1.2-4.5a1.6 1.6 0 0 0-1.6-1.2zM3 4.5h1v7.2H3z',
  forward: 'm8 5 5 5-5 5',
  menu: 'M3 6h14M3 10h14M3 14h14',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  panel: 'M3 4h14v12H3zM12.5 4v12',
  replace: 'M4 9a6 6 0 0 1 10.5-3.2L16 7.5M16 4v3.5h-3.5M16 11a6 6 0 0 1-10.5 3.2L4 12.5M4 16v-3.5h3.5',
  send: 'M10 16V4M5 9l5-5 5 5',
  trash: 'M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
  up: 'M6.5 15.5V8.3L9.6 3a1.5 1.5 0 0 1 1.6 1.8l-.5 3h3.8a1.6 1.6 0 0 1 1.5 2l-1.2 4.5a1.6 1.6 0 0 1-1.6 1.2zM3 15.5h1V8.3H3z',
  upload: 'M10 13V3.5M6 7l4-3.5L14 7M3.5 12.5v4h13v-4',
} as const;

/** Names of the drawings. */
export type IconName = keyof typeof paths;

/** Decoration: the control around it has the name. */
export function icon(name: IconName): SVGElement {
  return svg(
    'svg',
    { class: 'icon', viewBox: '0 0 20 20', width: 20, height: 20, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: paths[name] }),
  );
}

/** The sign of this program: a passage's number, between its brackets. */
export function brandMark(): SVGElement {
  return svg(
    'svg',
    { class: 'brand-mark', viewBox: '0 0 32 32', width: 28, height: 28, 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { width: 32, height: 32, rx: 8 }),
    svg('path', { d: 'M13 8H9v16h4M19 8h4v16h-4' }),
    svg('circle', { cx: 16, cy: 16, r: 2.6 }),
  );
}

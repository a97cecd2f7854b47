import { h } from './dom.js';
import { icon, type IconName } from './icons.js';

/** Sides that become sheets over the conversation where there is no room beside it; the style sheet decides where. */
export interface Sheets {
  /** What opens them; shown where they are sheets. */
  readonly openers: { readonly rail: HTMLElement; readonly panel: HTMLElement };
  readonly backdrop: HTMLElement;
  close(): void;
}

/** Makes sheets of the sides; Escape and the backdrop close them. */
export function createSheets(options: {
  readonly rail: HTMLElement;
  readonly panel: HTMLElement;
  readonly signal: AbortSignal;
}): Sheets {
  const sides = { rail: options.rail, panel: options.panel };
  const backdrop = h('div', { class: 'backdrop', hidden: true });
  const openers = {
    rail: opener('menu', 'Show threads', 'rail'),
    panel: opener('panel', 'Show documents', 'panel'),
  };
  let open: keyof typeof sides | undefined;

  const show = (side: keyof typeof sides | undefined): void => {
    const closed = open;
    open = side;
    for (const name of ['rail', 'panel'] as const) {
      sides[name].classList.toggle('sheet-open', name === side);
      openers[name].setAttribute('aria-expanded', String(name === side));
    }
    backdrop.hidden = side === undefined;
    if (side !== undefined) sides[side].querySelector<HTMLElement>('button, select, a')?.focus();
    else if (closed !== undefined) openers[closed].focus();
  };
  for (const name of ['rail', 'panel'] as const)
    openers[name].addEventListener('click', () => show(open === name ? undefined : name));
  const close = (): void => {
    if (open !== undefined) show(undefined);
  };
  backdrop.addEventListener('click', close);
  const closeOnEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
  };
  addEventListener('keydown', closeOnEscape, { signal: options.signal });
  return { openers, backdrop, close };
}

function opener(name: IconName, label: string, controls: string): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'icon-button sheet-opener',
      'aria-label': label,
      title: label,
      'aria-controls': controls,
      'aria-expanded': 'false',
    },
    icon(name),
  );
}

import { h } from './dom.js';
import { icon, type IconName } from './icons.js';

/** Sides that become sheets over the conversation where there is no room beside it; the style sheet decides where. */
export interface Sheets {
  /** Goes above the conversation; shown on small screens. */
  readonly topBar: HTMLElement;
  readonly backdrop: HTMLElement;
  close(): void;
}

export function createSheets(options: {
  readonly rail: HTMLElement;
  readonly panel: HTMLElement;
  readonly signal: AbortSignal;
}): Sheets {
  const sides = { rail: options.rail, panel: options.panel };
  const backdrop = h('div', { class: 'backdrop', hidden: true });
  const openers = {
    rail: opener('menu', 'Threads', 'rail'),
    panel: opener('panel', 'Documents and figures', 'panel'),
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
  return {
    topBar: h('div', { class: 'top-bar' }, openers.rail, h('span', { class: 'brand-name' }, 'Docent'), openers.panel),
    backdrop,
    close,
  };
}

function opener(name: IconName, label: string, controls: string): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': label,
      title: label,
      'aria-controls': controls,
      'aria-expanded': 'false',
    },
    icon(name),
  );
}

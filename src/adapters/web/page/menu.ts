import { h } from './dom.js';
import { icon } from './icons.js';

/** One thing that can be chosen. */
export interface MenuItem {
  readonly label: string;
  readonly run: () => void;
  readonly isDangerous?: boolean;
}

/** A button that opens a small menu: arrow keys move in it, Escape and a click elsewhere close it. */
export function createMenu(label: string, items: () => readonly MenuItem[]): HTMLElement {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': label,
      title: label,
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
    icon('more'),
  );
  const list = h('div', { class: 'menu', role: 'menu', 'aria-label': label, hidden: true });
  const element = h('div', { class: 'menu-anchor' }, button, list);

  const close = (): void => {
    list.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('click', closeOutside, true);
  };
  const closeOutside = (event: MouseEvent): void => {
    if (!element.contains(event.target as Node)) close();
  };
  const open = (): void => {
    list.replaceChildren(
      ...items().map((item) =>
        menuItem(item, () => {
          close();
          button.focus();
        }),
      ),
    );
    list.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    document.addEventListener('click', closeOutside, true);
    (list.firstElementChild as HTMLElement | null)?.focus();
  };

  button.addEventListener('click', () => (list.hidden ? open() : close()));
  list.addEventListener('keydown', (event) => {
    const entries = [...list.children] as HTMLElement[];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const current = entries.indexOf(document.activeElement as HTMLElement);
      entries.at((current + step) % entries.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Escape') event.stopPropagation();
      close();
      button.focus();
    }
  });
  return element;
}

function menuItem({ label, run, isDangerous }: MenuItem, done: () => void): HTMLElement {
  const onclick = (): void => {
    done();
    run();
  };
  return h(
    'button',
    {
      type: 'button',
      role: 'menuitem',
      tabindex: -1,
      class: isDangerous === true ? 'menu-item menu-item-danger' : 'menu-item',
      onclick,
    },
    label,
  );
}

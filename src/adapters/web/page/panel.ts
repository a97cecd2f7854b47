import { h } from './dom.js';

/** One view of the right side. */
export interface PanelTab {
  readonly id: string;
  readonly label: string;
  readonly element: HTMLElement;
  /** Called when somebody comes to look. */
  readonly shown?: () => void;
}

/** The right side: one of several views, chosen by tabs that arrow keys move between. */
export function createPanel(tabs: readonly PanelTab[]): { readonly element: HTMLElement; choose(id: string): void } {
  const buttons = tabs.map(({ id, label }) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        class: 'tab',
        id: `tab-${id}`,
        'aria-controls': `view-${id}`,
        onclick: () => choose(id),
      },
      label,
    ),
  );
  const views = tabs.map(({ id, element }) =>
    h(
      'section',
      { role: 'tabpanel', class: 'panel-view', id: `view-${id}`, 'aria-labelledby': `tab-${id}`, tabindex: -1 },
      element,
    ),
  );
  const choose = (id: string): void => {
    tabs.forEach((tab, index) => {
      const isChosen = tab.id === id;
      buttons[index]?.setAttribute('aria-selected', String(isChosen));
      buttons[index]?.setAttribute('tabindex', isChosen ? '0' : '-1');
      views[index]?.toggleAttribute('hidden', !isChosen);
      if (isChosen) tab.shown?.();
    });
  };
  const list = h('div', { role: 'tablist', class: 'tabs', 'aria-label': 'Workspace' }, ...buttons);
  list.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step === undefined) return;
    const current = buttons.findIndex((button) => button.getAttribute('aria-selected') === 'true');
    const next = (current + step + tabs.length) % tabs.length;
    choose(tabs[next]?.id ?? '');
    buttons[next]?.focus();
  });
  choose(tabs[0]?.id ?? '');
  return {
    element: h('aside', { class: 'panel', id: 'panel', 'aria-label': 'Documents and figures' }, list, ...views),
    choose,
  };
}

import type { RoomApi } from './api.js';
import { h } from './dom.js';
import { read } from './json.js';
import { withoutMarkup } from './markdown.js';
import { createModelsView } from './models-view.js';
import type { Json } from './wire.js';

const words: Readonly<Record<string, { readonly text: string; readonly tone: string }>> = {
  healthy: { text: 'Healthy', tone: 'good' },
  degraded: { text: 'Works in part', tone: 'caution' },
  unhealthy: { text: 'Does not work', tone: 'danger' },
};

/** How every part is, and what to do about those that are not well. */
export function createHealthView(api: RoomApi): { readonly element: HTMLElement; refresh(): void } {
  const summary = h('p', { class: 'panel-summary', role: 'status' });
  const models = createModelsView(api);
  const list = h('ul', { class: 'components', 'aria-label': 'Parts' });
  const again = h(
    'button',
    { type: 'button', class: 'button button-small', onclick: () => void refresh() },
    'Check again',
  );

  const refresh = async (): Promise<void> => {
    summary.textContent = 'Checking';
    try {
      const message = await api.run('health');
      if (message.kind === 'error') throw new Error(withoutMarkup(message.text));
      const data = read.fields(message.data);
      const isWell = data['state'] === 'healthy';
      summary.textContent = isWell ? 'Everything works' : 'Some parts need a look';
      list.replaceChildren(...read.list(data['components']).map(component));
      // Where models come from may be away, which the parts say already.
      await models.refresh().catch(() => undefined);
    } catch (error) {
      summary.textContent = '';
      list.replaceChildren(h('li', { class: 'problem', role: 'alert' }, (error as Error).message));
    }
  };
  return {
    element: h('div', { class: 'health' }, h('div', { class: 'panel-head' }, summary, again), models.element, list),
    refresh: () => void refresh(),
  };
}

function component(value: Json): HTMLElement {
  const fields = read.fields(value);
  const state = words[read.text(fields['state'])] ?? { text: 'Unknown', tone: 'caution' };
  const fix = read.text(fields['fix']);
  return h(
    'li',
    { class: 'component' },
    h(
      'div',
      { class: 'component-head' },
      h('span', { class: `dot tone-${state.tone}`, 'aria-hidden': 'true' }),
      h('strong', {}, read.text(fields['component'])),
      h('span', { class: 'component-state' }, state.text),
    ),
    h('p', { class: 'component-detail' }, read.text(fields['detail'])),
    fix !== '' && h('p', { class: 'component-fix' }, h('strong', {}, 'To do: '), fix),
  );
}

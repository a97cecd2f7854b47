import type { RoomApi } from './api.js';
import { h } from './dom.js';
import { formatBytes } from './format.js';
import { read } from './json.js';
import { withoutMarkup } from './markdown.js';
import type { Json } from './wire.js';

/** How often the state of a running download is asked for. */
const LOOK_EVERY_MS = 1_000;
/** As long as the command may take: half a day. */
const DOWNLOAD_DEADLINE_MS = 12 * 60 * 60 * 1_000;

/** The models that are missing, and their download; empty when none is. */
export function createModelsView(api: RoomApi): { readonly element: HTMLElement; refresh(): Promise<void> } {
  const list = h('ul', { class: 'components', 'aria-label': 'Missing models' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  const button = h('button', { type: 'button', class: 'button button-primary button-small' }, 'Download the models');
  const element = h('section', { class: 'models', hidden: true }, h('h3', {}, 'Missing models'), list, problem, button);
  let isDownloading = false;

  const refresh = async (): Promise<void> => {
    const message = await api.run('models');
    const missing = read
      .list(read.fields(message.data)['models'])
      .map(read.fields)
      .filter((model) => model['isInstalled'] !== true);
    element.hidden = missing.length === 0;
    list.replaceChildren(...missing.map(modelRow));
  };

  /** The page asks on the side how far it is: the download itself answers at its end. */
  const watch = async (): Promise<void> => {
    while (isDownloading) {
      await refresh().catch(() => undefined);
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
    }
  };

  const download = async (): Promise<void> => {
    isDownloading = true;
    button.hidden = true;
    problem.hidden = true;
    void watch();
    try {
      const message = await api.run('models', { pull: true }, DOWNLOAD_DEADLINE_MS);
      if (message.kind === 'error') throw new Error(withoutMarkup(message.text));
    } catch (error) {
      problem.textContent = (error as Error).message;
      problem.hidden = false;
    } finally {
      isDownloading = false;
      button.hidden = false;
      await refresh().catch(() => undefined);
    }
  };
  button.addEventListener('click', () => void download());
  return { element, refresh };
}

function modelRow(model: { readonly [key: string]: Json | undefined }): HTMLElement {
  const name = read.text(model['name']);
  const pulling = read.fields(model['pulling']);
  const bytes = read.fields(pulling['bytes']);
  const done = read.number(bytes['done']);
  const total = read.number(bytes['total']);
  const state = total > 0 ? `${formatBytes(done)} of ${formatBytes(total)}` : read.text(pulling['text']);
  return h(
    'li',
    { class: 'component' },
    h(
      'div',
      { class: 'component-head' },
      h('span', { class: 'dot tone-caution', 'aria-hidden': 'true' }),
      h('strong', {}, name),
      h('span', { class: 'component-state' }, state),
    ),
    h('p', { class: 'component-detail' }, read.text(model['purpose'])),
    total > 0 && h('progress', { class: 'bar', max: total, value: done, 'aria-label': `Download of ${name}` }),
  );
}

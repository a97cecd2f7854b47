import { h, reconcile } from './dom.js';
import { brandMark, icon } from './icons.js';
import { moment } from './moment.js';
import type { Room } from './room.js';
import { linkTo } from './route.js';
import type { Thread } from './wire.js';

/** What the left side shows and does. */
export interface RailOptions {
  readonly room: Room;
  readonly creators: readonly string[];
  readonly chooseCreator: (creatorId: string) => void;
  readonly newCreator: () => void;
  readonly newThread: () => void;
  /** Undefined where nobody signs in. */
  readonly signOut: (() => void) | undefined;
}

/** The left side: whose documents, and which thread. */
export function createRail(options: RailOptions): HTMLElement {
  const { room } = options;
  const list = h('ul', { class: 'thread-list' });
  const more = h(
    'button',
    { type: 'button', class: 'button button-small', hidden: true, onclick: () => void room.threads.more() },
    'Show more threads',
  );
  const items = new Map<string, { readonly thread: Thread; readonly element: HTMLElement }>();

  const show = (): void => {
    const { threads, total } = room.threads.state.value;
    const wanted = threads.map((thread) => {
      const known = items.get(thread.threadId);
      const item = known?.thread === thread ? known : { thread, element: threadItem(room.creatorId, thread) };
      items.set(thread.threadId, item);
      const isOpen = thread.threadId === room.talk.state.value.threadId;
      const link = item.element.querySelector('a');
      if (isOpen) link?.setAttribute('aria-current', 'page');
      else link?.removeAttribute('aria-current');
      return { key: thread.threadId, element: item.element };
    });
    reconcile(list, wanted);
    more.hidden = total <= threads.length;
  };
  room.threads.state.watch(show);
  room.talk.state.watch(show);

  return h(
    'nav',
    { class: 'rail', id: 'rail', 'aria-label': 'Threads' },
    h('div', { class: 'rail-brand' }, brandMark(), h('span', { class: 'brand-name' }, 'Docent')),
    creatorSwitch(options),
    h('button', { type: 'button', class: 'button new-thread', onclick: options.newThread }, icon('add'), 'New thread'),
    h('div', { class: 'rail-scroller' }, list, more),
    options.signOut !== undefined &&
      h('button', { type: 'button', class: 'button button-small rail-sign-out', onclick: options.signOut }, 'Sign out'),
  );
}

function creatorSwitch({ room, creators, chooseCreator, newCreator }: RailOptions): HTMLElement {
  const select = h(
    'select',
    { class: 'field', id: 'creator', onchange: () => chooseCreator(select.value) },
    ...creators.map((creatorId) =>
      h('option', { value: creatorId, selected: creatorId === room.creatorId }, creatorId),
    ),
  );
  return h(
    'div',
    { class: 'creator-switch' },
    h('label', { for: 'creator' }, 'Creator'),
    h(
      'div',
      { class: 'creator-row' },
      h('div', { class: 'creator-choice' }, select, icon('chevron')),
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'New creator',
          title: 'New creator',
          onclick: newCreator,
        },
        icon('add'),
      ),
    ),
  );
}

function threadItem(creatorId: string, thread: Thread): HTMLElement {
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'thread-link', href: linkTo(creatorId, thread.threadId) },
      h('span', { class: 'thread-title' }, thread.title ?? 'New thread'),
      moment(thread.lastAt),
    ),
  );
}

import { announce } from './announce.js';
import { h, reconcile } from './dom.js';
import { type ExchangeActions, type ExchangeView, createExchangeView } from './exchange-view.js';
import { withoutMarkup } from './markdown.js';
import type { Room } from './room.js';
import { createStickyScroll } from './sticky-scroll.js';
import type { TalkState } from './talk.js';
import { createWelcome } from './welcome.js';

/** The open thread: what was said, and what is being said. */
export interface ThreadView {
  readonly element: HTMLElement;
  toEnd(): void;
}

/** Draws the open thread, and keeps the reader at its end. */
export function createThreadView(room: Room, actions: ExchangeActions, formats: string): ThreadView {
  const { talk } = room;
  const views = new Map<string, ExchangeView>();
  const list = h('ol', { class: 'exchanges', 'aria-label': 'Conversation' });
  const problem = h('p', { class: 'thread-problem', role: 'alert', hidden: true });
  const earlier = h(
    'button',
    { type: 'button', class: 'button button-small earlier-button', hidden: true },
    'Show earlier questions',
  );
  const welcome = createWelcome({ chooseFiles: actions.addDocuments, formats });
  const column = h('div', { class: 'thread-column' }, earlier, problem, welcome.element, list);
  const scroller = h('div', { class: 'thread-scroller', tabindex: -1 }, column);
  const scroll = createStickyScroll(scroller, column);
  let openThread: string | null | undefined;

  earlier.addEventListener('click', () => void scroll.keepPlace(() => talk.earlier()));
  const showWelcome = (): void => {
    const { threadId, phase, exchanges } = talk.state.value;
    welcome.element.hidden = exchanges.length > 0 || (threadId !== null && phase === 'loading');
    const uploading = room.uploads.rows.value.filter(({ step }) => step.kind !== 'done' && step.kind !== 'refused');
    welcome.update(room.documents.state.value, uploading.length);
  };
  const show = (state: TalkState): void => {
    if (state.threadId !== openThread) {
      views.clear();
      openThread = state.threadId;
      scroll.toEnd();
    }
    for (const exchange of state.exchanges) {
      const view = views.get(exchange.exchangeId);
      const live = talk.live(exchange.exchangeId);
      if (view !== undefined) view.update(exchange);
      else {
        const added = createExchangeView(exchange, actions);
        views.set(exchange.exchangeId, added);
        if (live !== undefined) added.live(live);
      }
    }
    reconcile(
      list,
      state.exchanges.flatMap(({ exchangeId: key }) => {
        const view = views.get(key);
        return view === undefined ? [] : [{ key, element: view.element }];
      }),
    );
    earlier.hidden = !state.hasEarlier;
    problem.hidden = state.phase !== 'failed';
    problem.textContent = state.problem;
    showWelcome();
  };

  talk.state.watch(show);
  talk.onLive((exchangeId) => {
    const live = talk.live(exchangeId);
    if (live !== undefined) views.get(exchangeId)?.live(live);
  });
  room.documents.state.watch(showWelcome);
  room.uploads.rows.watch(showWelcome);
  room.onEvent((event) => {
    if (event.type === 'reply' && event.reply.threadId === openThread) announce('Docent is answering.');
    if (event.type !== 'exchange' || event.exchange.threadId !== openThread || event.exchange.reply === null) return;
    if (event.exchange.vote === null) announce(withoutMarkup(event.exchange.reply.text));
  });
  return { element: h('div', { class: 'thread-view' }, scroller, scroll.jumpButton), toEnd: scroll.toEnd };
}

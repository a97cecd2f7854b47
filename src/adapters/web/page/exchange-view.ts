import { type OpenSource } from './answer-text.js';
import { h, hiddenText } from './dom.js';
import { createReplyView } from './reply-view.js';
import { moment } from './moment.js';
import type { Exchange, LiveReply, Message, Vote } from './wire.js';

/** What people can do with an exchange. */
export interface ExchangeActions {
  readonly openSource: (exchange: Exchange, ...opened: Parameters<OpenSource>) => void;
  readonly vote: (exchange: Exchange, vote: Vote, reason: string) => Promise<Message>;
  readonly askAgain: (question: string) => void;
  readonly rephrase: (question: string) => void;
  readonly addDocuments: () => void;
  /** Whether some document is still on its way. */
  readonly isLearning: () => boolean;
}

/** A question with its reply, as it stands in the thread. */
export interface ExchangeView {
  readonly element: HTMLElement;
  update(exchange: Exchange): void;
  live(reply: LiveReply): void;
}

/** Draws an exchange; `update` and `live` keep it current. */
export function createExchangeView(first: Exchange, actions: ExchangeActions): ExchangeView {
  const reply = createReplyView(actions);
  const element = h('li', { class: 'exchange', id: `exchange-${first.exchangeId}` }, questionOf(first), reply.element);
  let current: Exchange | undefined;
  const view: ExchangeView = {
    element,
    update(exchange) {
      if (exchange === current) return;
      current = exchange;
      element.classList.toggle('exchange-posted', exchange.question === null);
      if (exchange.reply === null) reply.wait();
      else reply.show(exchange, exchange.reply);
    },
    live(liveReply) {
      if (current?.reply === null) reply.stream(liveReply);
    },
  };
  view.update(first);
  return view;
}

function questionOf({ question, askedAt }: Exchange): HTMLElement {
  if (question === null) return h('p', { class: 'posted-at' }, moment(askedAt));
  return h('h2', { class: 'question' }, hiddenText('You asked: '), h('span', { class: 'question-text' }, question));
}

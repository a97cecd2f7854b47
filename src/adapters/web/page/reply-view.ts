import { createAnswerText } from './answer-text.js';
import { h } from './dom.js';
import type { ExchangeActions } from './exchange-view.js';
import { createFeedback } from './feedback.js';
import { formatShare, supportInWords } from './format.js';
import { type IconName, icon } from './icons.js';
import { renderLine } from './markdown.js';
import { moment } from './moment.js';
import { read } from './json.js';
import { sourceList } from './source-list.js';
import { createStatusLine } from './status-line.js';
import type { Exchange, LiveReply, Message, Picture } from './wire.js';

/** A reply from its first status to its last word, in one place of the page. */
export interface ReplyView {
  readonly element: HTMLElement;
  wait(): void;
  stream(reply: LiveReply): void;
  show(exchange: Exchange, message: Message): void;
}

/** What stands over a reply that is no answer. */
const labels: Partial<Readonly<Record<Message['kind'], { readonly text: string; readonly icon: IconName }>>> = {
  refusal: { text: 'Not answered', icon: 'alert' },
  fallback: { text: 'Quoted passages', icon: 'document' },
  error: { text: 'This did not work', icon: 'alert' },
};

/** An empty reply; `wait`, `stream` and `show` fill it. */
export function createReplyView(actions: ExchangeActions): ReplyView {
  const text = createAnswerText();
  const status = createStatusLine();
  const element = h('div', { class: 'reply' });
  let shownMessage: Message | undefined;
  let feedback: ReturnType<typeof createFeedback> | undefined;

  return {
    element,
    wait() {
      status.show({ text: 'Waiting for its turn' });
      element.className = 'reply reply-live';
      element.replaceChildren(text.element, status.element);
    },
    stream(reply) {
      if (reply.status !== null) status.show(reply.status);
      element.classList.toggle('reply-writing', reply.text !== '');
      text.stream(reply.text);
    },
    show(exchange, message) {
      feedback?.update(exchange);
      // A vote changes the exchange, not what was said.
      if (isSame(message, shownMessage)) return;
      shownMessage = message;
      const open: Parameters<typeof sourceList>[1] = (source, opener) => actions.openSource(exchange, source, opener);
      text.finish(message.text, message.sources, message.answerId === undefined ? () => undefined : open);
      feedback = message.actions.some(({ command }) => command === 'feedback')
        ? createFeedback(exchange, actions.vote)
        : undefined;
      element.className = `reply reply-${message.kind}`;
      element.setAttribute('role', 'group');
      element.setAttribute('aria-label', labels[message.kind]?.text ?? 'Answer');
      element.replaceChildren(
        ...labelOf(exchange, message),
        text.element,
        ...(message.pictures ?? []).map(pictureOf),
        ...(message.sources.length === 0 ? [] : [sourceList(message.sources, open)]),
        ...nextSteps(exchange, message, actions),
        footer(exchange, message, feedback?.element),
        ...(message.footnote === undefined ? [] : [h('p', { class: 'footnote' }, renderLine(message.footnote))]),
      );
    },
  };
}

/** A press saves it, for where it is shown smaller than it is. */
function pictureOf({ altText, base64, fileName }: Picture): HTMLElement {
  const address = `data:image/png;base64,${base64}`;
  return h(
    'a',
    { class: 'picture', href: address, download: fileName, title: 'Save this picture' },
    h('img', { src: address, alt: altText }),
  );
}

function isSame(a: Message, b: Message | undefined): boolean {
  return b !== undefined && a.kind === b.kind && a.text === b.text && a.answerId === b.answerId;
}

/** What somebody can do when there is no answer. */
function nextSteps({ question }: Exchange, message: Message, actions: ExchangeActions): HTMLElement[] {
  if (question === null || (message.kind !== 'refusal' && message.kind !== 'error')) return [];
  const button = (label: string, run: () => void): HTMLElement =>
    h('button', { type: 'button', class: 'button button-small', onclick: run }, label);
  const canRetry = message.kind === 'error' && read.fields(message.data)['retryable'] !== false;
  return [
    h(
      'div',
      { class: 'next-steps' },
      canRetry && button('Try again', () => actions.askAgain(question)),
      // What is not learned yet may hold the answer.
      message.kind === 'refusal' && actions.isLearning() && button('Ask again', () => actions.askAgain(question)),
      button('Change the question', () => actions.rephrase(question)),
      message.kind === 'refusal' && button('Add documents', actions.addDocuments),
    ),
  ];
}

function labelOf({ repliedAt }: Exchange, { kind }: Message): HTMLElement[] {
  const label = labels[kind];
  if (label === undefined) return [];
  return [h('p', { class: 'reply-label' }, icon(label.icon), label.text, repliedAt !== null && moment(repliedAt))];
}

function footer(exchange: Exchange, message: Message, feedback: HTMLElement | undefined): HTMLElement {
  const { confidence } = message;
  const hasMoment = exchange.repliedAt !== null && exchange.question !== null && labels[message.kind] === undefined;
  return h(
    'div',
    { class: 'reply-footer' },
    confidence !== undefined &&
      h('span', { class: 'support', title: `Confidence ${formatShare(confidence)}` }, supportInWords(confidence)),
    hasMoment && moment(exchange.repliedAt ?? exchange.askedAt),
    feedback,
  );
}

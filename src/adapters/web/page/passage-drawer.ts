import { nameOf } from './answer-text.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { read } from './json.js';
import { withoutMarkup } from './markdown.js';
import { splitMarks } from './marks.js';
import type { RoomApi } from './api.js';
import type { Json, Message, Source } from './wire.js';

/** Shows the exact words behind a number: beside the answer where there is room, over it on a phone. */
export interface PassageDrawer {
  readonly element: HTMLDialogElement;
  open(answer: Message, source: Source, opener: HTMLElement): void;
  close(): void;
}

/** From here on there is room beside the answer; the style sheet has the same width. */
const BESIDE = '(min-width: 48rem)';

/** A drawer over the command `passage`, closed at first; it lives until the signal aborts. */
export function createPassageDrawer(api: RoomApi, signal: AbortSignal): PassageDrawer {
  const title = h('h2', { class: 'drawer-title', id: 'passage-title', tabindex: -1 });
  const place = h('p', { class: 'drawer-place' });
  const body = h('div', { class: 'passage', tabindex: 0, role: 'region', 'aria-labelledby': 'passage-title' });
  const others = h('div', { class: 'drawer-sources', role: 'group', 'aria-label': 'Sources of this answer' });
  const closeButton = h(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': 'Close', title: 'Close' },
    icon('close'),
  );
  const element = h(
    'dialog',
    { class: 'drawer', 'aria-labelledby': 'passage-title' },
    h('header', { class: 'drawer-header' }, h('div', {}, title, place), closeButton),
    others,
    body,
  );
  let opener: HTMLElement | undefined;
  let shown = '';

  const show = async (answer: Message, source: Source): Promise<void> => {
    shown = `${answer.answerId}/${source.number}`;
    const requested = shown;
    title.textContent = source.documentName;
    place.textContent = [...source.headingPath, ...(source.page === null ? [] : [`page ${source.page}`])].join(' › ');
    others.hidden = answer.sources.length < 2;
    others.replaceChildren(
      ...answer.sources.map((other) =>
        sourceButton(other, other.number === source.number, () => void show(answer, other)),
      ),
    );
    body.replaceChildren(h('p', { class: 'passage-loading' }, 'Looking it up'));
    try {
      const message = await api.run('passage', { answer: answer.answerId ?? '', source: source.number });
      if (shown !== requested) return;
      if (message.kind === 'error') throw new Error(withoutMarkup(message.text));
      body.replaceChildren(...passageText(message.data));
      body.querySelector('mark')?.scrollIntoView({ block: 'center' });
    } catch (error) {
      if (shown === requested)
        body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, (error as Error).message));
    }
  };

  // At once, and not when the dialog says that it has closed: by then the focus may be somewhere else for a reason.
  const leave = (): void => {
    if (!element.open) return;
    element.close();
    opener?.focus();
  };
  closeButton.addEventListener('click', leave);
  const leaveOnEscape = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') leave();
  };
  addEventListener('keydown', leaveOnEscape, { signal });
  return {
    element,
    open(answer, source, from) {
      opener = from;
      if (!element.open) {
        if (matchMedia(BESIDE).matches) element.show();
        else element.showModal();
      }
      title.focus();
      void show(answer, source);
    },
    close: () => element.close(),
  };
}

function sourceButton(source: Source, isShown: boolean, onclick: () => void): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'citation citation-large',
      'aria-label': nameOf(source),
      'aria-pressed': String(isShown),
      onclick,
    },
    String(source.number),
  );
}

function passageText(data: Json | undefined): HTMLElement[] {
  const passage = read.fields(data);
  const note = read.text(passage['note']);
  const marks = read.list(passage['marks']).map((mark) => read.list(mark).map((edge) => read.number(edge)));
  return [
    ...(note === '' ? [] : [h('p', { class: 'passage-note' }, note)]),
    h(
      'p',
      { class: 'passage-text' },
      ...splitMarks(read.text(passage['text']), marks).map(({ text, isMarked }) =>
        isMarked ? h('mark', {}, text) : text,
      ),
    ),
  ];
}

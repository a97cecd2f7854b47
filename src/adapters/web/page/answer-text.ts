import { splitCitations } from './citations.js';
import { h } from './dom.js';
import { blocksOf, renderBlock } from './markdown.js';
import type { Source } from './wire.js';

/** What opens when somebody follows a citation. */
export type OpenSource = (source: Source, opener: HTMLElement) => void;

/** An answer's text: it grows while it is streamed, and its citations become buttons once the sources are known. */
export interface AnswerText {
  readonly element: HTMLElement;
  /** Shows more of a text that is not finished. Called often; drawn once a frame. */
  stream(text: string): void;
  finish(text: string, sources: readonly Source[], open: OpenSource): void;
}

/** An empty text; blocks that did not change are not drawn again, so that a selection in them survives. */
export function createAnswerText(): AnswerText {
  const element = h('div', { class: 'prose' });
  let shown: { readonly raw: string; readonly nodes: readonly ChildNode[] }[] = [];
  let frame: number | undefined;

  const draw = (text: string, cite: (number: number) => Node): void => {
    const blocks = blocksOf(text);
    const same = blocks.findIndex((block, index) => block.raw !== shown[index]?.raw);
    const kept = same === -1 ? blocks.length : same;
    for (const { nodes } of shown.slice(kept)) for (const node of nodes) node.remove();
    shown = shown.slice(0, kept);
    for (const block of blocks.slice(kept)) {
      const fragment = renderBlock(block);
      replaceCitations(fragment, cite);
      shown.push({ raw: block.raw, nodes: [...fragment.childNodes] });
      element.append(fragment);
    }
  };

  return {
    element,
    stream(text) {
      if (frame !== undefined) cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => draw(text, citedNumber));
    },
    finish(text, sources, open) {
      if (frame !== undefined) cancelAnimationFrame(frame);
      shown = [];
      element.replaceChildren();
      draw(text, (number) => citation(number, sources, open));
    },
  };
}

/** The place of a source in words: its page, or the heading it stands under. */
export function placeOf({ page, headingPath }: Source): string {
  return page === null ? (headingPath.at(-1) ?? '') : `page ${page}`;
}

/** A source in one line, for names of controls. */
export function nameOf(source: Source): string {
  const place = placeOf(source);
  return `Source ${source.number}: ${source.documentName}${place === '' ? '' : `, ${place}`}`;
}

function citation(number: number, sources: readonly Source[], open: OpenSource): Node {
  const source = sources.find((candidate) => candidate.number === number);
  if (source === undefined) return citedNumber(number);
  return h(
    'button',
    {
      class: 'citation',
      type: 'button',
      'aria-label': nameOf(source),
      title: nameOf(source),
      onclick: ({ currentTarget }: MouseEvent) => open(source, currentTarget as HTMLElement),
    },
    String(number),
  );
}

/** Looks like a citation, so that nothing moves when it becomes one. */
function citedNumber(number: number): Node {
  return h('span', { class: 'citation' }, String(number));
}

/** Replaces the citations in a rendered text by what `make` gives for a number; code and links are left alone. */
function replaceCitations(root: Node, make: (number: number) => Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (text.parentElement?.closest('code, pre, a') !== null && text.parentElement !== null) continue;
    const parts = splitCitations(text.data);
    if (parts.every((part) => 'text' in part)) continue;
    text.replaceWith(...parts.flatMap((part) => ('text' in part ? [new Text(part.text)] : part.numbers.map(make))));
  }
}

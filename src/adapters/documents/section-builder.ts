import { cleanText, singleLine } from '../../core/ingest/parse-text.js';
import type { Block, ParseContext, Section } from '../../core/ports/document-parser.js';
import { tooMuchText } from './refusal.js';

interface Heading {
  /** 1 is the outermost. */
  readonly level: number;
  readonly text: string;
  /** Whether it stands in the text itself; an outline's entry may not. */
  readonly isWritten: boolean;
}

type Item =
  | ({ readonly is: 'heading' } & Heading)
  | { readonly is: 'block'; readonly block: Block }
  | { readonly is: 'page'; readonly page: number };

/** What a builder has gathered. */
export interface BuiltSections {
  readonly title: string | null;
  readonly sections: Section[];
}

/** Collects headings and blocks in reading order and puts each block under its headings and on its page. */
export interface SectionBuilder {
  /** What follows stands on this page, from 1. Not called for formats without pages. */
  page(number: number): void;
  heading(level: number, text: string, isWritten?: boolean): void;
  /** @throws DocentError `DOCUMENT_TOO_LONG` when the text grows over the limit. */
  block(kind: Block['kind'], text: string): void;
  /**
   * The title is the first of: the one given, a sole top heading that stands before all others, the fallback. A first
   * heading that says the title is left out of the paths. A heading with nothing under it is kept as a paragraph.
   */
  finish(titles?: { readonly given?: string | null; readonly fallback?: string | null }): BuiltSections;
}

/** Gathers headings and blocks in reading order into sections; empty sections are left out. */
export function createSectionBuilder({ name, limits }: Pick<ParseContext, 'name' | 'limits'>): SectionBuilder {
  const items: Item[] = [];
  let characters = 0;
  const count = (text: string): void => {
    characters += text.length;
    if (characters > limits.maxCharacters) throw tooMuchText(name, limits.maxCharacters);
  };
  return {
    page(number) {
      items.push({ is: 'page', page: number });
    },
    heading(level, rawText, isWritten = true) {
      const text = singleLine(rawText);
      if (text === '') return;
      count(text);
      items.push({ is: 'heading', level, text, isWritten });
    },
    block(kind, rawText) {
      const text = cleanText(rawText).replace(/^\n+/, '').trimEnd();
      if (text === '') return;
      count(text);
      items.push({ is: 'block', block: { kind, text } });
    },
    finish({ given, fallback } = {}) {
      const title = orNull(given) ?? soleTopHeading(items) ?? orNull(fallback);
      return { title, sections: toSections(items, title) };
    },
  };
}

function orNull(title: string | null | undefined): string | null {
  const text = singleLine(title ?? '');
  return text === '' ? null : text;
}

function soleTopHeading(items: readonly Item[]): string | null {
  const headings = items.filter((item) => item.is === 'heading');
  const [first] = headings;
  return first?.level === 1 && headings.filter(({ level }) => level === 1).length === 1 ? first.text : null;
}

function toSections(items: readonly Item[], title: string | null): Section[] {
  const sections: { headingPath: string[]; page: number | null; blocks: Block[] }[] = [];
  const path: Heading[] = [];
  let page: number | null = null;
  const add = (block: Block): void => {
    const headingPath = path.map(({ text }) => text);
    const last = sections.at(-1);
    if (last?.page === page && isSamePath(last.headingPath, headingPath)) last.blocks.push(block);
    else sections.push({ headingPath, page, blocks: [block] });
  };
  let isFirstHeading = true;
  for (const [index, item] of items.entries()) {
    if (item.is === 'page') page = item.page;
    if (item.is === 'block') add(item.block);
    if (item.is !== 'heading') continue;
    while ((path.at(-1)?.level ?? 0) >= item.level) path.pop();
    if (isLeaf(items, index)) add({ kind: 'paragraph', text: item.text });
    const saysTitle = isFirstHeading && item.text.toLowerCase() === title?.toLowerCase();
    if (!saysTitle) path.push(item);
    isFirstHeading = false;
  }
  return sections;
}

/** Whether a heading of the text has neither text nor a lower heading under it. */
function isLeaf(items: readonly Item[], index: number): boolean {
  const heading = items[index];
  if (heading?.is !== 'heading' || !heading.isWritten) return false;
  let next = index + 1;
  while (items[next]?.is === 'page') next += 1;
  const follower = items[next];
  return follower === undefined || (follower.is === 'heading' && follower.level <= heading.level);
}

function isSamePath(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((heading, index) => heading === right[index]);
}

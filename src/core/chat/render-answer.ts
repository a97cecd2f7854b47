import { escapeMarkdown } from './escape.js';
import type { OutgoingMessage, Source } from './outgoing-message.js';

/** Where a source stands, in words and without markup: `handbook.pdf, page 12` or `faq.md, Billing › Refunds`. */
export function describeSource({ documentName, headingPath, page }: Omit<Source, 'number'>): string {
  const place = page === null ? headingPath.join(' › ') : `page ${page}`;
  return place === '' ? documentName : `${documentName}, ${place}`;
}

/** The sources as a list in Markdown with the numbers that the text cites; empty without sources. */
export function renderSources(sources: readonly Source[]): string {
  if (sources.length === 0) return '';
  const items = sources.map((source) => `\\[${source.number}\\] ${escapeMarkdown(describeSource(source))}`);
  return `**Sources**\n${items.join('\n')}`;
}

/**
 * How sure an answer is, in words. `confidence` is 0 to 1. The words fit what the formula gives: it is mostly 0.6 of the
 * mean similarity, and passages that do hold the answer have similarities of 0.4 to 0.7 (SQuAD, MiniLM: median 0.58).
 */
export function confidenceInWords(confidence: number): 'high' | 'medium' | 'low' {
  if (confidence >= 0.45) return 'high';
  return confidence >= 0.3 ? 'medium' : 'low';
}

/** A whole message in Markdown: its text, its sources and its small print. */
export function renderMessage({ text, sources, footnote }: OutgoingMessage): string {
  return [text, renderSources(sources), footnote === undefined ? '' : `*${footnote}*`]
    .filter((part) => part !== '')
    .join('\n\n');
}

const BAR_CELLS = 10;

/** A bar in text: `▰▰▰▱▱▱▱▱▱▱ 30 %`. */
export function progressBar({ done, total }: { readonly done: number; readonly total: number }): string {
  const share = total <= 0 ? 0 : Math.min(1, Math.max(0, done / total));
  const full = Math.floor(share * BAR_CELLS);
  return `${'▰'.repeat(full)}${'▱'.repeat(BAR_CELLS - full)} ${Math.floor(share * 100)} %`;
}

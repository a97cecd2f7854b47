import type { Block } from '../../core/ports/document-parser.js';
import { rowLine } from './table-row.js';

const BULLET = /^[•‣◦▪●○■□➢➤✓✔–—*-](?:\s+|$)/;
const NUMBERED = /^\(?(?:\d{1,3}|[a-z])[.)]\s+\S/;
const HYPHEN_AT_END = /\p{Ll}[-\u2010]$/u;
const SENTENCE_END = /[.!?:;…][)"'”’»]?$/;
/** Lines shorter than this part of a full line end their paragraph; with a full stop, shorter than the second. */
const SHORT_LINE = 0.5;
const LAST_LINE = 0.85;
const FULL_LINE_QUANTILE = 0.9;
/** No text is wrapped in narrower lines than this: below half of it a line stands alone. */
const NARROW_COLUMN = 40;

type Piece = Block & { readonly kind: 'paragraph' | 'list' | 'table' };

/**
 * Puts a page's lines together again: words cut at line ends, paragraphs, lists, and rows whose cells are apart.
 * @param fullLine characters of a full line in the document.
 */
export function toBlocks(lines: readonly string[], fullLine: number): Block[] {
  const pieces: Piece[] = [];
  let text = '';
  let lastLine = '';
  const flush = (): void => {
    if (text !== '') pieces.push(pieceOf(text));
    text = '';
  };
  for (const [index, line] of lines.entries()) {
    if (line === '') flush();
    else if (isRow(lines, index)) {
      flush();
      pieces.push({ kind: 'table', text: rowLine(line.split('\t')) });
    } else {
      const plain = line.replaceAll('\t', ' ');
      if (text !== '' && (endsParagraph(lastLine, fullLine) || startsItem(plain))) flush();
      text = text === '' ? plain : join(text, plain);
      lastLine = plain;
    }
  }
  flush();
  return mergeAlike(pieces);
}

/** The length that few lines pass: what a line holds where paragraphs are wrapped. */
export function fullLineLength(lines: readonly string[]): number {
  const lengths = lines
    .map(({ length }) => length)
    .filter((length) => length > 0)
    .sort((left, right) => left - right);
  return Math.max(NARROW_COLUMN, lengths[Math.floor(lengths.length * FULL_LINE_QUANTILE)] ?? 0);
}

/** A line with cells counts as a row when a neighbour has cells too. */
function isRow(lines: readonly string[], index: number): boolean {
  const hasCells = (at: number): boolean => lines[at]?.includes('\t') ?? false;
  return hasCells(index) && (hasCells(index - 1) || hasCells(index + 1));
}

function startsItem(line: string): boolean {
  return BULLET.test(line) || NUMBERED.test(line);
}

function endsParagraph(line: string, fullLine: number): boolean {
  if (BULLET.test(line) && line.length <= 2) return false;
  return line.length < fullLine * (SENTENCE_END.test(line) ? LAST_LINE : SHORT_LINE);
}

/** A word that a hyphen cut at the line's end is whole again when it goes on in lower case. */
function join(text: string, line: string): string {
  if (HYPHEN_AT_END.test(text) && /^\p{Ll}/u.test(line)) return text.slice(0, -1) + line;
  return `${text} ${line}`;
}

function pieceOf(text: string): Piece {
  if (BULLET.test(text)) return { kind: 'list', text: `- ${text.replace(BULLET, '')}` };
  return { kind: NUMBERED.test(text) ? 'list' : 'paragraph', text };
}

/** Rows that follow each other are one table, items one list. */
function mergeAlike(pieces: readonly Piece[]): Block[] {
  const blocks: Piece[] = [];
  for (const piece of pieces) {
    const last = blocks.at(-1);
    if (last?.kind === piece.kind && piece.kind !== 'paragraph')
      blocks[blocks.length - 1] = { ...last, text: `${last.text}\n${piece.text}` };
    else blocks.push(piece);
  }
  return blocks;
}

import { splitSentences } from '../ingest/sentences.js';
import { segmentsOf } from '../segments.js';
import { type MarkdownBlock, markdownBlocks } from './markdown-blocks.js';
import { lazy } from '../lazy.js';

/** The least limit that leaves room for a fence around some text. */
const MIN_CHARACTERS = 40;
/** The share of a part that an opening repeated from the part before may take. */
const OPENING_SHARE = 1 / 2;

const NO_FRAME = { opening: '', closing: '' };

/** Cuts a text into pieces that joined are the text again. */
type Divide = (text: string) => readonly string[];

const PROSE: readonly Divide[] = [paragraphs, lines, sentences, words, graphemes, codePoints];
const ROW: readonly Divide[] = [words, graphemes, codePoints];

/**
 * Splits Markdown into messages of at most `maxCharacters` UTF-16 code units (at least 40): between paragraphs where
 * they fit, else between lines, sentences, words, and inside a word only when it alone is too long; never inside a link
 * or a table row that fits a message, never inside a visible character. A code fence that is cut is closed and opened
 * again with its language, and a table's header is repeated. Nothing is lost but space at the cuts.
 */
export function splitText(markdown: string, maxCharacters: number): string[] {
  const limit = Math.max(MIN_CHARACTERS, maxCharacters);
  const parts: string[] = [];
  let frame = NO_FRAME;
  /** What the part began with beyond its own text. */
  let opening = '';
  let body = '';

  const isRoomFor = (text: string): boolean => opening.length + text.length + frame.closing.length <= limit;

  const flush = (): void => {
    if (body.trim() !== '') parts.push(opening + body.trimEnd() + frame.closing);
    opening = frame.opening;
    body = '';
  };

  const add = (piece: string, [divide, ...finer]: readonly Divide[]): void => {
    const text = body === '' ? atStart(piece, frame.closing !== '') : piece;
    if (isRoomFor(body + text)) {
      body += text;
      return;
    }
    const alone = atStart(piece, frame.closing !== '');
    if (body !== '' && frame.opening.length + alone.length + frame.closing.length <= limit) {
      flush();
      body = alone;
      return;
    }
    for (const finerPiece of divide?.(piece) ?? []) add(finerPiece, finer);
  };

  const addFramed = (block: MarkdownBlock): void => {
    const [first = '', second = ''] = block.lines;
    // The opening stays with the first line it opens.
    if (!isRoomFor(body + first + second + block.closing)) flush();
    add(first, ROW);
    const isRepeatable = block.opening.length + block.closing.length <= limit * OPENING_SHARE;
    frame = { opening: isRepeatable ? block.opening : bareOpening(block), closing: block.closing };
    for (const line of block.lines.slice(1, block.isClosed ? -1 : undefined)) add(line, ROW);
    // Room for the closing was kept in every part, so the block's own takes its place.
    frame = NO_FRAME;
    if (block.isClosed) body += block.lines.at(-1) ?? '';
  };

  for (const block of markdownBlocks(markdown)) {
    const text = block.lines.join('');
    if (block.kind === 'prose') add(text, PROSE);
    else if (text.trim().length <= limit) add(text.trimEnd(), []);
    else if (isTooLong(block, limit)) add(text, PROSE);
    else addFramed(block);
  }
  flush();
  return parts;
}

/** A part begins without the space that stood before it; in code, only the line break goes. */
function atStart(piece: string, isCode: boolean): string {
  return isCode ? piece.replace(/^\n/, '') : piece.trimStart();
}

/** Whether not even a block's first line has room beside its closing: then it is cut as any text. */
function isTooLong({ lines: [first = ''], closing }: MarkdownBlock, limit: number): boolean {
  return first.trim().length + closing.length > limit / 2;
}

function bareOpening({ kind, closing }: MarkdownBlock): string {
  return kind === 'fence' ? `${closing.trim()}\n` : '';
}

function paragraphs(text: string): readonly string[] {
  return text.split(/(?=\n[ \t]*\n)(?<!\n[ \t]*)/);
}

function lines(text: string): readonly string[] {
  return text.split(/(?=\n)/);
}

/** What stays whole within a line: links, images, code, and addresses in angle brackets. Bounded, so that it stays linear. */
const WHOLE = /!?\[[^\]\n]{0,200}\]\([^)\n]{0,1000}\)|`[^`\n]{1,500}`|<[^>\s]{1,500}>/g;
const WORD = new RegExp(`\\s*(?:${WHOLE.source}|\\S)+|\\s+$`, 'g');

function sentences(text: string): readonly string[] {
  const whole = [...text.matchAll(WHOLE)].map(({ index, 0: { length } }) => ({ from: index, to: index + length }));
  const merged: string[] = [];
  let end = 0;
  for (const sentence of splitSentences(text)) {
    const cut = end;
    end += sentence.length;
    const isInside = whole.some(({ from, to }) => from < cut && cut < to);
    if (isInside) merged.push(`${merged.pop() ?? ''}${sentence}`);
    else merged.push(sentence);
  }
  return merged;
}

function words(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

const segmenter = lazy(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }));

function graphemes(text: string): readonly string[] {
  return [...segmentsOf(segmenter(), text)];
}

function codePoints(text: string): readonly string[] {
  return Array.from(text);
}

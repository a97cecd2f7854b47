import { splitSentences } from '../../core/ingest/sentences.js';

/** The smallest piece of a passage that can be quoted and still be read. */
export interface Unit {
  readonly kind: 'sentence' | 'item' | 'row' | 'code';
  /** Without line breaks, unless it is code. */
  readonly text: string;
  /** Units of one block of the passage have the same number. */
  readonly block: number;
  /** The header of a table, for its rows. */
  readonly header?: string;
}

const listItem = /^\s*(?:[-*•+]|\d{1,3}[.)])\s/;
const codeLine = /^\s{2,}\S|[;{}]\s*$|=>|^\s*(?:\$|#!|\/\/)|\w\(.*\)\s*$/;

/**
 * Cuts a passage into sentences, list items, table rows and whole pieces of code, in order. A passage is plain text:
 * blocks stand apart by an empty line, items and rows by a line end, cells by ` | `.
 */
export function unitsOf(passageText: string): Unit[] {
  const blocks = passageText.split(/\n\s*\n/).filter((block) => block.trim() !== '');
  return blocks.flatMap((block, index) => unitsOfBlock(block.trimEnd(), index));
}

function unitsOfBlock(text: string, block: number): Unit[] {
  const lines = text.split('\n');
  if (lines.some((line) => listItem.test(line)))
    return lines.map((line) => ({ kind: listItem.test(line) ? 'item' : 'sentence', text: line.trim(), block }));
  const [header = '', ...rows] = lines;
  if (rows.length > 0 && lines.every((line) => line.includes(' | ')))
    return rows.map((row) => ({ kind: 'row', text: row.trim(), block, header: header.trim() }));
  if (lines.length > 1 && lines.filter((line) => codeLine.test(line)).length > lines.length / 2)
    return [{ kind: 'code', text, block }];
  return splitSentences(lines.map((line) => line.trim()).join(' '))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')
    .map((sentence) => ({ kind: 'sentence', text: sentence, block }));
}

import { rowLine } from './table-row.js';
import { lineOf } from './html-text.js';
import { elementsOf, type HtmlNode, isBlock } from './html-tree.js';

/** What a cell may span, so that a table cannot be blown up by numbers alone. */
const MAX_SPAN = 100;
const rowGroups = new Set(['thead', 'tbody', 'tfoot']);
const HEADING = /^h[1-6]$/;

interface Cell {
  readonly text: string;
  rowsLeft: number;
}

/**
 * Whether a table only arranges content rather than holding rows of data: it has a single column, tables or code in it, or
 * a cell with a heading above other things.
 */
export function isLayoutTable(table: HtmlNode): boolean {
  if (rowsOf(table).every((row) => cellsOf(row).length <= 1)) return true;
  return elementsOf(table).some((node) => {
    if (node === table) return false;
    if (node.name === 'table' || node.name === 'pre') return true;
    const blocks = (node.children ?? []).filter(isBlock);
    return node.name === 'td' && blocks.length > 1 && blocks.some(({ name }) => HEADING.test(name ?? ''));
  });
}

/** One row a line, cells joined by ` | `; a cell that spans rows is repeated in each, one that spans columns is not. */
export function tableText(table: HtmlNode): string {
  const spanning: (Cell | undefined)[] = [];
  return rowsOf(table)
    .map((row) => rowLine(rowTexts(row, spanning)))
    .filter((line) => line !== '')
    .join('\n');
}

function rowTexts(row: HtmlNode, spanning: (Cell | undefined)[]): string[] {
  const texts: string[] = [];
  const fillSpanned = (): void => {
    for (let cell = spanning[texts.length]; cell !== undefined && cell.rowsLeft > 0; cell = spanning[texts.length]) {
      cell.rowsLeft -= 1;
      texts.push(cell.text);
    }
  };
  for (const cell of cellsOf(row)) {
    fillSpanned();
    const text = lineOf(cell.children ?? []);
    const rowsLeft = spanOf(cell, 'rowspan') - 1;
    for (let column = 0; column < spanOf(cell, 'colspan'); column += 1) {
      spanning[texts.length] = { text: column === 0 ? text : '', rowsLeft };
      texts.push(column === 0 ? text : '');
    }
  }
  fillSpanned();
  return texts;
}

function rowsOf(table: HtmlNode): HtmlNode[] {
  return (table.children ?? []).flatMap((node) => {
    if (node.name === 'tr') return [node];
    return rowGroups.has(node.name ?? '') ? (node.children ?? []).filter(({ name }) => name === 'tr') : [];
  });
}

function cellsOf(row: HtmlNode): HtmlNode[] {
  return (row.children ?? []).filter(({ name }) => name === 'td' || name === 'th');
}

function spanOf(cell: HtmlNode, attribute: 'rowspan' | 'colspan'): number {
  const span = Math.trunc(Number(cell.attribs?.[attribute] ?? 1));
  return span >= 1 ? Math.min(span, MAX_SPAN) : 1;
}

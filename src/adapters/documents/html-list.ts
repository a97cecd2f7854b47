import { lineOf, textOf } from './html-text.js';
import type { HtmlNode } from './html-tree.js';

const INDENT = '  ';

/** Whether a node is a list of either kind. */
export function isList(node: HtmlNode): boolean {
  return node.name === 'ul' || node.name === 'ol';
}

/** One item a line behind `- ` or its number; inner lists and further lines of an item are indented under it. */
export function listText(list: HtmlNode): string {
  return listLines(list).join('\n');
}

function listLines(list: HtmlNode): string[] {
  let number = startOf(list);
  return (list.children ?? []).flatMap((node) => {
    if (isList(node)) return listLines(node).map((line) => INDENT + line);
    if (node.name !== 'li') return [];
    const [first, ...rest] = itemLines(node);
    if (first === undefined) return [];
    const marker = list.name === 'ol' ? `${number++}. ` : '- ';
    return [marker + first, ...rest];
  });
}

function itemLines(item: HtmlNode): string[] {
  const lines: string[] = [];
  let inline: HtmlNode[] = [];
  const flush = (): void => {
    const text = textOf(inline);
    inline = [];
    if (text !== '')
      lines.push(...text.split('\n').map((line, index) => (lines.length + index === 0 ? line : INDENT + line)));
  };
  for (const node of item.children ?? []) {
    if (isList(node)) {
      flush();
      lines.push(...listLines(node).map((line) => INDENT + line));
    } else inline.push(node);
  }
  flush();
  return lines;
}

function startOf(list: HtmlNode): number {
  const start = Math.trunc(Number(list.attribs?.['start'] ?? 1));
  return Number.isFinite(start) ? start : 1;
}

/** A definition list: a term with all its definitions is one line. */
export function definitionText(list: HtmlNode): string {
  const lines: string[] = [];
  const collect = (node: HtmlNode): void => {
    const text = lineOf(node.children ?? []);
    if (node.name === 'dt') lines.push(`- ${text}:`);
    else if (node.name === 'dd') lines.push(`${lines.pop() ?? '-'} ${text}`);
    else if (node.name === 'div') (node.children ?? []).forEach(collect);
  };
  (list.children ?? []).forEach(collect);
  return lines.join('\n');
}

import { type HtmlNode, isBlock, isLeftOut } from './html-tree.js';

/**
 * The text of inline nodes as people see it: white space collapsed, `<br>` as a line break, and a space where blocks
 * inside would stand apart. Lines of `<pre>` stay lines.
 */
export function textOf(nodes: readonly HtmlNode[]): string {
  return tidy(nodes.map(looseText).join(''));
}

/** The same on one line. */
export function lineOf(nodes: readonly HtmlNode[]): string {
  return textOf(nodes).replaceAll(/\s+/g, ' ');
}

/** Text as written, for `<pre>`. */
export function rawText(node: HtmlNode): string {
  if (node.type === 'text') return node.data ?? '';
  if (node.name === 'br') return '\n';
  return isLeftOut(node) ? '' : (node.children ?? []).map(rawText).join('');
}

function looseText(node: HtmlNode): string {
  if (node.type === 'text') return (node.data ?? '').replaceAll(/\s+/g, ' ');
  if (node.name === 'br') return '\n';
  if (isLeftOut(node)) return '';
  if (node.name === 'pre') return `\n${rawText(node)}\n`;
  const text = (node.children ?? []).map(looseText).join('');
  return isBlock(node) ? ` ${text} ` : text;
}

function tidy(text: string): string {
  return text
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .trim();
}

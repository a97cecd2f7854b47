import { definitionText, isList, listText } from './html-list.js';
import { isLayoutTable, tableText } from './html-table.js';
import { lineOf, rawText, textOf } from './html-text.js';
import { elementsOf, type HtmlNode, isBlock, isLeftOut } from './html-tree.js';
import type { SectionBuilder } from './section-builder.js';

const HEADING = /^h([1-6])$/;

/** Reads an HTML tree of sound depth into sections: headings, paragraphs, lists, tables and code, in reading order. */
export function readHtml(root: HtmlNode, builder: SectionBuilder): void {
  let inline: HtmlNode[] = [];
  const flush = (): void => {
    builder.block('paragraph', textOf(inline));
    inline = [];
  };
  const readBlock = (node: HtmlNode): void => {
    const level = HEADING.exec(node.name ?? '')?.[1];
    if (level !== undefined) builder.heading(Number(level), lineOf([node]));
    else if (isList(node)) builder.block('list', listText(node));
    else if (node.name === 'dl') builder.block('list', definitionText(node));
    else if (node.name === 'pre') builder.block('code', rawText(node));
    else if (node.name === 'table' && !isLayoutTable(node)) readTable(node);
    else (node.children ?? []).forEach(read);
  };
  const readTable = (table: HtmlNode): void => {
    const caption = table.children?.find(({ name }) => name === 'caption');
    if (caption !== undefined) builder.block('paragraph', lineOf([caption]));
    builder.block('table', tableText(table));
  };
  const read = (node: HtmlNode): void => {
    if (isLeftOut(node)) return;
    if (isBlock(node) || holdsBlock(node)) {
      flush();
      readBlock(node);
      flush();
    } else inline.push(node);
  };
  read(root);
  flush();
}

/** How many pictures the tree holds, in one sentence for the uploader; nothing for none. */
export function skippedPictures(root: HtmlNode): string[] {
  const count = elementsOf(root).filter(({ name }) => name === 'img').length;
  if (count === 0) return [];
  return [
    count === 1
      ? '1 picture was left out: text in pictures is not read.'
      : `${count} pictures were left out: text in pictures is not read.`,
  ];
}

/** An inline element around blocks, such as a link around a heading. */
function holdsBlock(node: HtmlNode): boolean {
  return node.type === 'root' || (node.children ?? []).some((child) => isBlock(child) || holdsBlock(child));
}

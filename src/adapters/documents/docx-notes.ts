import { lineOf } from './html-text.js';
import { elementsOf, type HtmlNode } from './html-tree.js';

/** The links by which the converter ties a note to its mark, and back. */
const NOTE_ID = /^(?:footnote|endnote)-\d+$/;
const NOTE_LINK = /^#((?:footnote|endnote)-\d+)$/;
const BACK_LINK = /^#(?:footnote|endnote)-ref-\d+$/;
/** Elements that a note follows, as a paragraph of its own. */
const FOLLOWED = /^(?:p|h[1-6])$/;

type Notes = ReadonlyMap<string, string>;

/** The tree with every foot- and endnote moved from the end to right behind the paragraph that refers to it. */
export function moveNotes(root: HtmlNode): HtmlNode {
  const notes = notesOf(root);
  if (notes.size === 0) return root;
  return { ...root, children: rewriteChildren(root, notes) };
}

function notesOf(root: HtmlNode): Notes {
  const items = elementsOf(root).filter(({ attribs }) => NOTE_ID.test(attribs?.['id'] ?? ''));
  return new Map(items.map((item) => [item.attribs?.['id'] ?? '', lineOf(withoutBackLinks(item))]));
}

function withoutBackLinks(node: HtmlNode): HtmlNode[] {
  return (node.children ?? [])
    .filter(({ attribs }) => !BACK_LINK.test(attribs?.['href'] ?? ''))
    .map((child) => ({ ...child, children: withoutBackLinks(child) }));
}

function rewriteChildren(node: HtmlNode, notes: Notes): HtmlNode[] {
  return (node.children ?? []).flatMap((child) => rewrite(child, notes));
}

function rewrite(node: HtmlNode, notes: Notes): HtmlNode[] {
  if (node.children === undefined) return [node];
  if (node.children.length > 0 && node.children.every(({ attribs }) => notes.has(attribs?.['id'] ?? ''))) return [];
  if (FOLLOWED.test(node.name ?? '')) return [node, ...noteParagraphs(elementsOf(node), notes)];
  const children = rewriteChildren(node, notes);
  if (node.name !== 'li') return [{ ...node, children }];
  const own = node.children.filter(({ name }) => !FOLLOWED.test(name ?? '') && name !== 'ul' && name !== 'ol');
  return [{ ...node, children: [...children, ...noteParagraphs(own.flatMap(elementsOf), notes)] }];
}

/** One paragraph for each mark among the elements: the mark as it stands in the text, then the note. */
function noteParagraphs(elements: readonly HtmlNode[], notes: Notes): HtmlNode[] {
  return elements.flatMap((element) => {
    const note = notes.get(NOTE_LINK.exec(element.attribs?.['href'] ?? '')?.[1] ?? '');
    if (note === undefined) return [];
    const text = { type: 'text', data: `${lineOf(element.children ?? [])} ${note}` };
    return [{ type: 'tag', name: 'p', children: [text] }];
  });
}

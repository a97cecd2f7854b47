/** A node of a parsed HTML tree: as much of it as reading needs. */
export interface HtmlNode {
  /** `tag`, `text`, `root`, and others that hold no text to read. */
  readonly type: string;
  /** Lower case, for tags. */
  readonly name?: string;
  /** Of text nodes. */
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly HtmlNode[];
}

/** Elements that hold no text of the document. */
const leftOut = new Set(
  (
    'script style noscript template head nav footer iframe object svg math canvas ' +
    'button select option input textarea dialog audio video img map rp'
  ).split(' '),
);

/** Elements that stand apart from the text around them. */
const blocks = new Set(
  (
    'address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure form ' +
    'h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);

/** Whether the node and all in it is not read: scripts, navigation, controls, hidden parts. */
export function isLeftOut(node: HtmlNode): boolean {
  if (node.type === 'script' || node.type === 'style') return true;
  if (node.name === undefined) return false;
  const { attribs } = node;
  return leftOut.has(node.name) || attribs?.['hidden'] !== undefined || attribs?.['role'] === 'navigation';
}

/** Whether a node stands on lines of its own. */
export function isBlock(node: HtmlNode): boolean {
  return node.name !== undefined && blocks.has(node.name);
}

/** The first element, in reading order, that `matches`; undefined when there is none. */
export function findElement(root: HtmlNode, matches: (node: HtmlNode) => boolean): HtmlNode | undefined {
  return elementsOf(root).find(matches);
}

/** Every element of the tree in reading order. Not recursive: a tree may be of any depth. */
export function elementsOf(root: HtmlNode): HtmlNode[] {
  const found: HtmlNode[] = [];
  const open: HtmlNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.name !== undefined) found.push(node);
    for (const child of (node.children ?? []).toReversed()) open.push(child);
  }
  return found;
}

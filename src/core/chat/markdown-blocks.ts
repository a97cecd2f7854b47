/** A run of Markdown lines that is cut in one way. Each line holds its line break before it. */
export interface MarkdownBlock {
  readonly kind: 'prose' | 'fence' | 'table';
  readonly lines: readonly string[];
  /** What opens the block again in another message: a fence's first line, a table's header rows. Empty for prose. */
  readonly opening: string;
  /** What closes it. Empty but for fences. */
  readonly closing: string;
  /** Whether the last line is the fence's own closing. */
  readonly isClosed: boolean;
}

const FENCE = /^\s*(`{3,}|~{3,})[^\n]*$/;
const TABLE_RULE = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/;

/** The blocks of a Markdown text in order; all their lines joined are the text again. */
export function markdownBlocks(markdown: string): MarkdownBlock[] {
  const lines = markdown.split(/(?=\n)/);
  const blocks: MarkdownBlock[] = [];
  let prose: string[] = [];
  for (let at = 0; at < lines.length;) {
    const block = fenceAt(lines, at) ?? tableAt(lines, at);
    if (block === undefined) {
      prose.push(lines[at] as string);
      at += 1;
      continue;
    }
    if (prose.length > 0) blocks.push(proseBlock(prose));
    prose = [];
    blocks.push(block);
    at += block.lines.length;
  }
  if (prose.length > 0) blocks.push(proseBlock(prose));
  return blocks;
}

/** The same, its last code fence closed, so that what is written below it is no code. */
export function closeFence(markdown: string): string {
  const last = markdownBlocks(markdown).at(-1);
  return last?.kind === 'fence' && !last.isClosed ? markdown.trimEnd() + last.closing : markdown;
}

function proseBlock(lines: readonly string[]): MarkdownBlock {
  return { kind: 'prose', lines, opening: '', closing: '', isClosed: false };
}

function fenceAt(lines: readonly string[], start: number): MarkdownBlock | undefined {
  const first = lines[start] as string;
  const marks = FENCE.exec(first)?.[1];
  // A line such as ```code``` is no fence: a fence's first line holds no further mark.
  if (marks === undefined || first.trim().slice(marks.length).includes('`')) return undefined;
  const isClose = (line: string): boolean => {
    const trimmed = line.trim();
    return trimmed.length >= marks.length && trimmed === marks.charAt(0).repeat(trimmed.length);
  };
  const close = lines.findIndex((line, index) => index > start && isClose(line));
  const end = close < 0 ? lines.length : close + 1;
  return {
    kind: 'fence',
    lines: lines.slice(start, end),
    opening: `${first.trim()}\n`,
    closing: `\n${marks}`,
    isClosed: close >= 0,
  };
}

function tableAt(lines: readonly string[], start: number): MarkdownBlock | undefined {
  const [header, rule] = [lines[start] ?? '', lines[start + 1] ?? ''];
  if (!header.includes('|') || !TABLE_RULE.test(rule)) return undefined;
  const after = lines.findIndex((line, index) => index > start + 1 && !line.includes('|'));
  const end = after < 0 ? lines.length : after;
  return {
    kind: 'table',
    lines: lines.slice(start, end),
    opening: `${header.trim()}\n${rule.trim()}\n`,
    closing: '',
    isClosed: false,
  };
}

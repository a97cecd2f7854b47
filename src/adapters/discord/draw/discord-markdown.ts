import { escapeMentions, stripUnseen } from '../../../core/chat/escape.js';
import { markdownBlocks } from '../../../core/chat/markdown-blocks.js';

/**
 * CommonMark as Discord draws it: tables, which it does not know, become text of even width; headings below the third level
 * become bold; a picture becomes a link. Nobody is called by the result.
 * @see https://support.discord.com/hc/en-us/articles/210298617
 */
export function toDiscordMarkdown(markdown: string): string {
  const blocks = markdownBlocks(escapeMentions(stripUnseen(markdown)));
  return blocks
    .map(({ kind, lines }) => {
      const text = lines.join('');
      if (kind === 'fence') return text;
      return kind === 'table' ? tableText(text) : proseText(text);
    })
    .join('');
}

function proseText(text: string): string {
  return text
    .replaceAll(/^ {0,3}#{4,6}[ \t]+(.+?)[ \t#]*$/gm, '**$1**')
    .replaceAll(/!\[([^\]\n]*)\]\((\S+?)(?:\s+"[^"]*")?\)/g, (_match, name: string, url: string) =>
      name === '' ? `<${url}>` : `[${name}](${url})`,
    )
    .replaceAll(/^ {0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$/gm, '──────────');
}

/** A table in a code block, its columns padded. */
function tableText(text: string): string {
  const [lead = ''] = /^\n*/.exec(text) ?? [];
  const rows = text
    .trim()
    .split('\n')
    .filter((_line, index) => index !== 1)
    .map(cellsOf);
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return `${lead}\`\`\`\n${[lines[0] ?? '', rule, ...lines.slice(1)].join('\n')}\n\`\`\``;
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\|/, '')
    .replace(/\|$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) =>
      cell
        .trim()
        .replaceAll(String.raw`\|`, '|')
        .replaceAll('`', "'"),
    );
}

/** Parts that are kept as they are: fenced code, code in a line, and what the author marked as raw. */
const KEPT =
  /(^(?:```|~~~)[^\n]*\n[\s\S]*?^(?:```|~~~)[^\S\n]*$|`[^`\n]+`|\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\})/m;
const RAW_MARK = /\{%-?\s*(?:end)?raw\s*-?%\}/g;
const COMMENT = /\{%-?\s*comment\s*-?%\}[\s\S]*?\{%-?\s*endcomment\s*-?%\}/g;
/** `{% tag "words" %}` of Jekyll, Eleventy, Hugo and their like, `{{ value }}` and the attribute lists of kramdown. */
const TAG = /\{%[^{}]*?%\}|\{\{[^{}]*\}\}|\{[:#][^{}\n]*\}/g;
/** A tag that is all there is on its line. */
const LONE_TAG = /^([^\S\n]*)(\{%[^{}]*?%\})[^\S\n]*(?:\n|$)/gm;
const QUOTED_WORDS = /["']([^"'{}]*)["']/;
const PATH = /[/\\]|\.\w+$/;

/**
 * Removes the template tags of static site generators from Markdown. A tag may say part of a sentence, as in "ask in
 * {% channel "travel" %}": its first quoted words stay, unless they are a path or a file name. A tag that fills a line
 * goes with the line, because an empty line would end a block of HTML; words stay there only when it is indented,
 * which tags that steer the page are not.
 */
export function removeTemplateTags(markdown: string): string {
  if (!/\{[%{:#]/.test(markdown)) return markdown;
  return markdown
    .replaceAll(COMMENT, '')
    .split(KEPT)
    .map((part, index) => (index % 2 === 1 ? part.replaceAll(RAW_MARK, '') : removeFrom(part)))
    .join('');
}

function removeFrom(text: string): string {
  return text
    .replaceAll(LONE_TAG, (line: string, indent: string, tag: string) =>
      indent === '' || wordsOf(tag) === '' ? '' : line,
    )
    .replaceAll(TAG, wordsOf);
}

function wordsOf(tag: string): string {
  const words = tag.startsWith('{%') ? (QUOTED_WORDS.exec(tag)?.[1] ?? '') : '';
  return PATH.test(words) ? '' : words;
}

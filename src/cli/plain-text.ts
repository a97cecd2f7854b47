import { stripVTControlCharacters } from 'node:util';

/** Control characters but line feed and tab, and the marks that turn or hide text (Unicode bidi controls, zero-width). */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * Text as a terminal may show it. What comes from documents could otherwise move the cursor, rewrite lines above it or
 * reach the clipboard.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(UNSAFE, '');
}

/** Code as it is; a backslash and the sign it protects; strong and other emphasis. */
const MARKUP = /```[\s\S]*?```|`[^`\n]*`|\\(?<sign>[!-/:-@[-`{-~])|\*\*(?<strong>.+?)\*\*|\*(?<weak>[^*\n]+)\*/g;

/** CommonMark for a terminal: emphasis is drawn or left out, backslashes go, all else stays as it is written. */
export function drawMarkdown(markdown: string, drawStrong: (text: string) => string = (text) => text): string {
  return markdown.replaceAll(MARKUP, (...match) => {
    const [written] = match as [string];
    const { sign, strong, weak } = match.at(-1) as Partial<Record<'sign' | 'strong' | 'weak', string>>;
    if (strong !== undefined) return drawStrong(drawMarkdown(strong));
    return sign ?? (weak === undefined ? written : drawMarkdown(weak));
  });
}

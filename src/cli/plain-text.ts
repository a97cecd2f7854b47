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

/** CommonMark for a terminal: without the backslashes that keep names from being read as markup. */
export function withoutEscapes(markdown: string): string {
  return markdown.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
}

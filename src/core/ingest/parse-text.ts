/**
 * Characters that carry no text but can hide some or break a display: controls, soft hyphens, zero-width and bidi marks,
 * most variation selectors, and the tag characters from U+E0000 on. Joiners stay where scripts and emoji need them.
 */
const INVISIBLE =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffc\u{e0000}-\u{e0fff}]|(?<![\p{Script=Arabic}\p{Script=Syriac}\p{Mark}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]/gu;

/** The text in Unicode NFC, well-formed, with `\n` for every line break, without invisible characters. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replaceAll(INVISIBLE, '')
    .normalize('NFC');
}

/** The text on one line: clean, every run of white space as one space, none outside. */
export function singleLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, ' ').trim();
}

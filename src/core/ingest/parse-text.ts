/**
 * Characters that carry no text but can hide some or break a display: controls, soft hyphens, zero-width and bidi marks,
 * variation selectors, tag characters. Joiners stay where scripts and emoji need them, as do the two emoji selectors.
 */
const INVISIBLE =
  /(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}|(?![\t\n])\p{Cc}|[\ufff9-\ufffc]|(?<![\p{Script=Arabic}\p{Script=Syriac}\p{Mark}\p{Extended_Pictographic}\p{Emoji_Modifier}])(?:\u200c|\u200d)/gu;

/**
 * Quotation marks, dashes and the like of Windows-1252, as they show up where a program took it for Latin-1; there are
 * only controls at these places in Unicode, which nothing uses.
 */
const misplaced = new Map(
  Object.entries({ 80: '€', 85: '…', 91: '‘', 92: '’', 93: '“', 94: '”', 95: '•', 96: '–', 97: '—', 99: '™' }).map(
    ([hex, meant]) => [String.fromCharCode(Number.parseInt(hex, 16)), meant],
  ),
);

/** The text in Unicode NFC, well-formed, with `\n` for every line break, without invisible characters. */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\v\f\u2028\u2029]/g, '\n')
    .replaceAll(/[\u0080-\u0099]/g, (control) => misplaced.get(control) ?? '')
    .replaceAll(INVISIBLE, '')
    .normalize('NFC');
}

/** The text on one line: clean, every run of white space as one space, none outside. */
export function singleLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, ' ').trim();
}

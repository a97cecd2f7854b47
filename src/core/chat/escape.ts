/**
 * Characters that people do not see but that change what they see: controls except tab and line break, zero-width
 * signs, direction overrides, and Unicode tags. The joiners U+200C and U+200D stay: scripts and emoji need them.
 */
const UNSEEN =
  /[^\P{Cc}\t\n]|[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]|[\u{E0000}-\u{E007F}]/gu;

/** Takes out the characters that people do not see; carriage returns become line breaks. */
export function stripUnseen(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(UNSEEN, '');
}

/** Keeps a name from being read as Markdown. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>~|#]/g, String.raw`\$&`);
}

const WORD_JOINER = '\u2060';

/**
 * Keeps a text from calling anybody: behind `@` in `@everyone`, `@here` and `@channel`, and behind `<` in `<@…>`, `<#…>`
 * and `<!…>`, stands a sign that nobody sees and that platforms do not read as a mention.
 */
export function escapeMentions(text: string): string {
  return text
    .replaceAll(/@(?=everyone|here|channel)/gi, `@${WORD_JOINER}`)
    .replaceAll(/<(?=[@#!])/g, `<${WORD_JOINER}`);
}

/** A web address stays as it is: escaped, it would be another one. */
const ADDRESS = /(https?:\/\/[\w\-.~/?=&%#:+,;@!]*[\w/])/g;

/** Text as Markdown that shows it as it is written, such as a document's or an error's: nothing in it formats, cites, links or calls anybody. */
export function asWritten(text: string): string {
  const parts = stripUnseen(text).split(ADDRESS);
  return escapeMentions(parts.map((part, index) => (index % 2 === 1 ? part : escapeMarkdown(part))).join(''));
}

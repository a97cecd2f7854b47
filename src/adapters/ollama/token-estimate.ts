/** What stands between spaces, and white space that is more than a space between words. */
const RUN = /\S+|[^\S ]\s*| {2,}/g;
/** Letters of one word, or one character that is no such letter. */
const PIECE = /[A-Za-z\u00C0-\u024F\u1E00-\u1EFF]+|\S/gu;
const WORD = /^[A-Za-z\u00C0-\u024F\u1E00-\u1EFF]/;
/** Letters with marks tell a language whose words an English vocabulary has to spell out. */
const MARKED_LETTER = /[\u00C0-\u024F\u1E00-\u1EFF]/;
const HANGUL = /^\p{Script=Hangul}/u;

const CHARACTERS_A_TOKEN = 3;
const MARKED_CHARACTERS_A_TOKEN = 2;
/** Korean syllables are taken apart into letters. */
const TOKENS_OF_HANGUL = 3;
/** Emoji and rare scripts, which some vocabularies spell out byte by byte. */
const TOKENS_OF_A_PAIR = 4;
/** Addresses, hashes and encoded bytes: runs that no vocabulary holds. */
const LONG_RUN_CHARACTERS = 25;
const LONG_RUN_CHARACTERS_A_TOKEN = 1.3;

/**
 * Tokens of a text for an embedder whose vocabulary is not here: rather too many than too few, about half as many again
 * for English. Checked against BERT's vocabulary, the smallest of those in use: it spells out what others hold whole.
 */
export function estimateTokens(text: string): number {
  const wordCharacters = MARKED_LETTER.test(text) ? MARKED_CHARACTERS_A_TOKEN : CHARACTERS_A_TOKEN;
  let tokens = 0;
  for (const [run] of text.matchAll(RUN)) {
    if (run.trim() === '') tokens += 1;
    else {
      const pieces = tokensOfPieces(run, wordCharacters);
      tokens +=
        run.length < LONG_RUN_CHARACTERS
          ? pieces
          : Math.max(pieces, Math.ceil(run.length / LONG_RUN_CHARACTERS_A_TOKEN));
    }
  }
  return tokens;
}

function tokensOfPieces(run: string, wordCharacters: number): number {
  let tokens = 0;
  for (const [piece] of run.matchAll(PIECE)) {
    if (WORD.test(piece)) tokens += Math.ceil(piece.length / wordCharacters);
    else if (HANGUL.test(piece)) tokens += TOKENS_OF_HANGUL;
    else tokens += piece.length > 1 ? TOKENS_OF_A_PAIR : 1;
  }
  return tokens;
}

import { readFileSync } from 'node:fs';
import { z } from 'zod';

const tokenizerSchema = z.object({
  model: z.object({ type: z.literal('WordPiece'), vocab: z.record(z.string(), z.number()) }),
});

/** Longer words are one unknown token (`max_input_chars_per_word`). */
const MAX_WORD_CHARACTERS = 100;

const specialTokens = /\[(?:PAD|UNK|CLS|SEP|MASK)\]/g;
/** Control, format and private characters go; tab and line ends stay as spaces. */
const invisible = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\u{fffd}]/gu;
const accents = /\p{Mn}/gu;
const cjk =
  '\\u{3400}-\\u{4dbf}\\u{4e00}-\\u{9fff}\\u{f900}-\\u{faff}\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2b81f}\\u{2b920}-\\u{2ceaf}\\u{2f800}-\\u{2fa1f}';
/** Punctuation and CJK ideographs stand alone; everything else up to a space is one word. */
const alone = `\\p{P}$+<=>^\`|~${cjk}`;
const words = new RegExp(`[${alone}]|[^\\s${alone}]+`, 'gu');
const asciiWords = /[a-z0-9]+|[^\sa-z0-9]/g;
const plainAscii = /^[\t\n\r\x20-\x7e]*$/;

/** The pieces a vocabulary knows, at the start of a word and further in. */
interface Vocabulary {
  readonly starts: ReadonlySet<string>;
  readonly continuations: ReadonlySet<string>;
  readonly longestPiece: number;
}

/**
 * Counts tokens as BERT's uncased WordPiece tokenizer makes them (Devlin et al. 2019; the steps are those of the
 * `BertNormalizer`, `BertPreTokenizer` and `WordPiece` of Hugging Face's tokenizers), without [CLS] and [SEP].
 * The vocabulary is read at the first call.
 */
export function createTokenCounter(tokenizerPath: string): (text: string) => number {
  let vocabulary: Vocabulary | undefined;
  return (text) => {
    vocabulary ??= readVocabulary(tokenizerPath);
    let tokens = 0;
    const ordinary = text.replace(specialTokens, () => {
      tokens += 1;
      return ' ';
    });
    for (const word of splitWords(ordinary)) tokens += countPieces(word, vocabulary);
    return tokens;
  };
}

function readVocabulary(tokenizerPath: string): Vocabulary {
  const { vocab } = tokenizerSchema.parse(JSON.parse(readFileSync(tokenizerPath, 'utf8'))).model;
  const starts = new Set<string>();
  const continuations = new Set<string>();
  let longestPiece = 0;
  for (const piece of Object.keys(vocab)) {
    if (piece.startsWith('##')) continuations.add(piece.slice(2));
    else starts.add(piece);
    longestPiece = Math.max(longestPiece, piece.length);
  }
  return { starts, continuations, longestPiece };
}

function splitWords(text: string): readonly string[] {
  if (plainAscii.test(text)) return text.toLowerCase().match(asciiWords) ?? [];
  const clean = text.toWellFormed().replace(invisible, '').normalize('NFD').replace(accents, '');
  return clean.toLowerCase().match(words) ?? [];
}

/** Greedy longest match first; a word that cannot be covered is one unknown token. */
function countPieces(word: string, { starts, continuations, longestPiece }: Vocabulary): number {
  if (starts.has(word)) return 1;
  if (word.length > MAX_WORD_CHARACTERS && Array.from(word).length > MAX_WORD_CHARACTERS) return 1;
  let pieces = 0;
  for (let start = 0; start < word.length; pieces += 1) {
    const known = start === 0 ? starts : continuations;
    let end = Math.min(word.length, start + longestPiece);
    while (end > start && !known.has(word.slice(start, end))) end -= 1;
    if (end === start) return 1;
    start = end;
  }
  return pieces;
}

import type { Tuning } from '../../core/tuning.js';
import { stopWords } from './stop-words.js';
import { lazy } from '../../core/lazy.js';

/** Characters of a question that are looked at; a chat message is shorter. */
const MAX_QUESTION_CHARACTERS = 8_000;
/** Distinct words of a question that are looked up. */
const MAX_QUESTION_WORDS = 256;

/** A run of a script that puts no space between words. */
const UNSPACED_RUN =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu;
/** What the index takes for a word: see its tokenizer. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
/** "don't", "isn't": auxiliaries all. */
const NEGATED_AUXILIARY = /(?<!\p{L})\p{L}+n['’]t(?!\p{L})/giu;
/** "How long", "how many": the measure asks, and the passage that answers rarely holds it. */
const MEASURE = /(?<=\bhow )(?:long|much|many|often|soon|far|big|old)\b/giu;
const CONTRACTED_ENDING = /(?<=\p{L})['’](?:s|d|m|ll|re|ve)(?!\p{L})/giu;

const segmenter = lazy(() => new Intl.Segmenter('und', { granularity: 'word' }));

/**
 * Text as the index takes it: words of unspaced scripts (Chinese, Japanese, Thai …) set apart by a dictionary, and
 * ligatures and full-width forms made plain. NUL, where SQLite text would end, becomes a space.
 */
export function toIndexedText(text: string): string {
  const spaced = text
    .replaceAll('\0', ' ')
    .normalize('NFC')
    .replace(UNSPACED_RUN, (run) => ` ${Array.from(segmenter().segment(run), ({ segment }) => segment).join(' ')} `);
  // Only now: the decomposition of Thai vowels would hide words from the dictionary.
  return spaced.normalize('NFKC');
}

/** The question's words without stop words, where there are such, each once, in order. Empty when it holds nothing else. */
export function questionWords(question: string, language: Tuning['stopWords']): string[] {
  const whole = toIndexedText(question.slice(0, MAX_QUESTION_CHARACTERS));
  const text = language === 'none' ? whole : withoutStopPhrases(whole);
  const words = new Map<string, string>();
  for (const [word] of text.matchAll(WORD)) {
    const folded = word.toLowerCase();
    if (language === 'none' || !stopWords.has(folded)) words.set(folded, word);
    if (words.size === MAX_QUESTION_WORDS) break;
  }
  return [...words.values()];
}

function withoutStopPhrases(text: string): string {
  return text.replace(MEASURE, ' ').replace(NEGATED_AUXILIARY, ' ').replace(CONTRACTED_ENDING, ' ');
}

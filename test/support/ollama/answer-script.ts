import type { ModelMessage } from './requests.js';

interface NumberedSource {
  readonly number: number;
  readonly text: string;
}

const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be been before but by can could did do does for from get had has have how
  i if in into is it its just may me more most my no not of on one only or our out should so some than that the their them
  then there they this to too up was we were what when where which who will with would you your`.split(/\s+/),
);
/** What an earlier question's words count, where the last one's count 1. */
const EARLIER_WEIGHT = 0.4;

/**
 * What the stand-in's models write: the sentence of the numbered sources that shares most words with the question, with its
 * number; `NOT_COVERED` when none shares any and the prompt asks for that; a follow-up with the question before it.
 */
export function scriptedAnswer(messages: readonly ModelMessage[]): string {
  const last = messages.at(-1)?.content ?? '';
  const earlier = messages.slice(0, -1).filter(({ role }) => role === 'user');
  if (last.includes('single word: ready')) return 'ready';
  if (last.startsWith('Last question:')) {
    const question = last.slice('Last question:'.length).trim();
    const before = earlier.at(-1)?.content.trim();
    return before === undefined ? question : `${question.replace(/\?$/, '')}, about: ${before}`;
  }
  const { sources, question } = readPrompt(last);
  if (sources.length === 0) return `You said: ${last.slice(0, 200)}`;
  const weights = wordWeights(
    question,
    earlier.map(({ content }) => readPrompt(content).question),
  );
  const [best] = sources
    .flatMap((source) =>
      sentencesOf(source).map((sentence) => ({ source, sentence, score: scoreOf(sentence, weights) })),
    )
    .toSorted((a, b) => b.score - a.score);
  if (best === undefined || best.score === 0) {
    const mayRefuse = messages.some(({ content }) => content.includes('NOT_COVERED'));
    return mayRefuse ? 'NOT_COVERED' : 'The sources do not say.';
  }
  return `${best.sentence.replace(/[.!?]+$/, '')} [${best.source.number}].`;
}

function readPrompt(content: string): { readonly sources: readonly NumberedSource[]; readonly question: string } {
  const at = content.lastIndexOf('Question:');
  if (at === -1) return { sources: [], question: content };
  const sources = content
    .slice(0, at)
    .replaceAll(/^---.*---$/gm, '')
    .split(/^(?=\[\d+\] )/m)
    .flatMap((block) => {
      const number = /^\[(\d+)\] /.exec(block)?.[1];
      return number === undefined ? [] : [{ number: Number(number), text: block.replace(/^\[\d+\] /, '').trim() }];
    });
  return { sources, question: content.slice(at + 'Question:'.length) };
}

/** The first of several lines is the breadcrumb. */
function sentencesOf({ text }: NumberedSource): string[] {
  const lines = text.split('\n');
  const body = lines.length > 1 ? lines.slice(1) : lines;
  return body.flatMap((line) => line.split(/(?<=[.!?])\s+/)).filter((sentence) => sentence.trim() !== '');
}

function stemsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => word.length > 2 && !STOP_WORDS.has(word)).map((word) => word.slice(0, 5));
}

function wordWeights(question: string, earlier: readonly string[]): ReadonlyMap<string, number> {
  return new Map([
    ...earlier.flatMap(stemsOf).map((stem) => [stem, EARLIER_WEIGHT] as const),
    ...stemsOf(question).map((stem) => [stem, 1] as const),
  ]);
}

function scoreOf(sentence: string, weights: ReadonlyMap<string, number>): number {
  return [...new Set(stemsOf(sentence))].reduce((sum, stem) => sum + (weights.get(stem) ?? 0), 0);
}

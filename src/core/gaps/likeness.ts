import type { Embedder } from '../ports/embedder.js';
import type { Logger } from '../ports/logger.js';

/** Items whose texts are alike. */
export interface Group<Item> {
  readonly items: readonly Item[];
  /** The one that is most like the others. */
  readonly representative: Item;
}

/** What says how alike texts are. */
export interface LikenessOptions {
  readonly embedder: Embedder;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * How far up from the similarity that counts as evidence, towards 1, two questions must be to be one. Measured with MiniLM
 * on 20 questions in 40 wordings: at 0.6, which this is for MiniLM, no two that differ come together, and two thirds of
 * the wordings of one question do.
 */
const SAME_QUESTION = 0.31;
/** Shared words that make two questions one where meaning cannot be compared: the share of all their words. */
const SAME_WORDS = 0.5;

type Likeness = (one: number, other: number) => number;

/**
 * Puts items together whose texts mean about the same; each is compared with the first of a group. While the embedder is
 * away, words are compared.
 */
export async function groupByLikeness<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
  options: LikenessOptions,
): Promise<Group<Item>[]> {
  const { likeness, threshold } = await compare(items.map(textOf), options);
  const groups: number[][] = [];
  for (const index of items.keys()) {
    const [best] = groups
      .map((group) => ({ group, like: likeness(group[0] ?? index, index) }))
      .filter(({ like }) => like >= threshold)
      .toSorted((one, other) => other.like - one.like);
    if (best === undefined) groups.push([index]);
    else best.group.push(index);
  }
  return groups.map((group) => ({
    items: group.flatMap((index) => items[index] ?? []),
    representative: items[middleOf(group, likeness)] as Item,
  }));
}

async function compare(
  texts: readonly string[],
  { embedder, logger, signal }: LikenessOptions,
): Promise<{ likeness: Likeness; threshold: number }> {
  try {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += embedder.maxBatch)
      vectors.push(...(await embedder.embed(texts.slice(from, from + embedder.maxBatch), { kind: 'query', signal })));
    const { evidenceSimilarity } = embedder.calibration;
    return {
      likeness: (one, other) => cosine(vectors[one], vectors[other]),
      threshold: evidenceSimilarity + SAME_QUESTION * (1 - evidenceSimilarity),
    };
  } catch (error) {
    signal.throwIfAborted();
    logger.warn('gaps.by-words', {}, error);
    const words = texts.map(wordsOf);
    return { likeness: (one, other) => sharedShare(words[one], words[other]), threshold: SAME_WORDS };
  }
}

/** Vectors are of unit length. */
function cosine(one: Float32Array = new Float32Array(), other: Float32Array = new Float32Array()): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

function sharedShare(one: Set<string> = new Set(), other: Set<string> = new Set()): number {
  const all = new Set([...one, ...other]);
  return all.size === 0 ? 1 : [...one].filter((word) => other.has(word)).length / all.size;
}

function middleOf(group: readonly number[], likeness: Likeness): number {
  const scored = group.map((index) => ({
    index,
    sum: group.reduce((sum, other) => sum + likeness(index, other), 0),
  }));
  return scored.toSorted((one, other) => other.sum - one.sum)[0]?.index ?? 0;
}

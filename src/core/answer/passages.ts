import type { Chunk } from '../ports/chunk-store.js';
import type { ModelPassage } from '../ports/chat-model.js';

/** A chunk that was found, with what is known of its likeness to the question. */
export interface RankedChunk {
  readonly chunk: Chunk;
  /** Cosine similarity; null while it has no vector. */
  readonly similarity: number | null;
}

/** What the model may cite: one chunk, or neighbouring chunks as one text. */
export interface Passage extends ModelPassage {
  readonly chunks: readonly Chunk[];
  /** Of the chunk that is nearest to the question; null when none has a vector. */
  readonly similarity: number | null;
}

/** How much goes to the model. */
export interface PackingOptions {
  /** Passages at the most. */
  readonly maxPassages: number;
  /** Tokens of all passages together. The first passage always goes in. */
  readonly maxTokens: number;
  /** Whether chunks that follow one another become one passage; default true. */
  readonly mergeNeighbours?: boolean;
}

/**
 * Takes chunks by rank as long as they fit, whole: never cut. The same text twice goes in once, and chunks that follow
 * one another under one heading and on one page become one passage at the place of the better one: a citation names one
 * heading and one page.
 */
export function packPassages(
  ranked: readonly RankedChunk[],
  { maxPassages, maxTokens, mergeNeighbours = true }: PackingOptions,
): Passage[] {
  const groups: RankedChunk[][] = [];
  const texts = new Set<string>();
  let tokens = 0;
  for (const candidate of ranked) {
    const text = candidate.chunk.text.replaceAll(/\s+/g, ' ').toLowerCase();
    if (texts.has(text) || (groups.length > 0 && tokens + candidate.chunk.tokenCount > maxTokens)) continue;
    const neighbours = mergeNeighbours
      ? groups.filter((group) => group.some(({ chunk }) => areNeighbours(chunk, candidate.chunk)))
      : [];
    if (neighbours.length === 0 && groups.length === maxPassages) continue;
    texts.add(text);
    tokens += candidate.chunk.tokenCount;
    const [home, ...others] = neighbours;
    if (home === undefined) groups.push([candidate]);
    else home.push(candidate, ...others.flatMap((other) => groups.splice(groups.indexOf(other), 1).flat()));
  }
  return groups.map((group, index) => toPassage(group, index + 1));
}

function areNeighbours(a: Chunk, b: Chunk): boolean {
  const isSameSection = a.page === b.page && a.headingPath.join('\n') === b.headingPath.join('\n');
  return a.documentId === b.documentId && a.version === b.version && Math.abs(a.index - b.index) === 1 && isSameSection;
}

function toPassage(group: RankedChunk[], number: number): Passage {
  const ordered = group.toSorted((a, b) => a.chunk.index - b.chunk.index);
  const similarities = ordered.flatMap(({ similarity }) => (similarity === null ? [] : [similarity]));
  return {
    number,
    breadcrumb: ordered[0]?.chunk.breadcrumb ?? '',
    text: ordered.map(({ chunk }) => chunk.text).join('\n\n'),
    chunks: ordered.map(({ chunk }) => chunk),
    similarity: similarities.length === 0 ? null : Math.max(...similarities),
  };
}

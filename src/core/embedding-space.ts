import { misuse } from './chunk-checks.js';
import { DocentError } from './errors.js';
import type { CreatorId } from './ids.js';
import type { EmbeddingSpace } from './ports/vector-index.js';

/** How far a vector's length may be from 1: single precision rounds. */
const LENGTH_TOLERANCE = 0.01;

/** Whether vectors of the two can be compared. */
export function isSameSpace(one: EmbeddingSpace, other: EmbeddingSpace): boolean {
  return one.embedderId === other.embedderId && one.dimensions === other.dimensions;
}

/** The refusal of vectors of another space than the creator's stored ones, with the command that re-indexes. */
export function embedderMismatch(creatorId: CreatorId, stored: EmbeddingSpace, wanted: EmbeddingSpace): DocentError {
  return new DocentError('EMBEDDER_MISMATCH', {
    userMessage: `The documents of "${creatorId}" were indexed with the embedder ${nameOf(stored)}, but ${nameOf(wanted)} is set now. Re-index them with \`docent reindex --creator ${creatorId}\`, or set the former embedder again.`,
  });
}

function nameOf({ embedderId, dimensions }: EmbeddingSpace): string {
  return `"${embedderId}" (${dimensions} dimensions)`;
}

/**
 * Keeps out what is not of the space, and what has no direction (zeros, NaN) and so would be near to nothing and to
 * everything.
 * @throws DocentError `INTERNAL`.
 */
export function checkEmbedding({ embedderId, dimensions }: EmbeddingSpace, embedding: Float32Array): void {
  if (embedding.length !== dimensions)
    throw misuse(`a vector of ${embedding.length} numbers was given for "${embedderId}", which has ${dimensions}.`);
  const length = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0));
  if (!(Math.abs(length - 1) <= LENGTH_TOLERANCE)) throw misuse(`a vector of "${embedderId}" is not of unit length.`);
}

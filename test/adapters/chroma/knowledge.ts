import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Chunk } from '../../../src/core/ports/chunk-store.js';
import type { EmbeddingSpace, VectorEntry, VectorIndex } from '../../../src/core/ports/vector-index.js';
import { makeChunk } from '../../support/make-chunk.js';

export const coach = creatorIdSchema.parse('coach');
export const space: EmbeddingSpace = { embedderId: 'model-a', dimensions: 3 };

/** The unit vector in the plane at this angle to the first axis. */
export function at(degrees: number): Float32Array {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(angle), Math.sin(angle), 0);
}

/** Chunks of one document, from an index on, each a degree further. */
export function makeEntries(count: number, from = 0): VectorEntry[] {
  return Array.from({ length: count }, (_, position) => ({
    chunk: makeChunk({ index: from + position }),
    embedding: at(from + position),
  }));
}

/** The nearest chunks' ids. */
export async function nearest(
  index: VectorIndex,
  limit = 100,
  signal = new AbortController().signal,
): Promise<string[]> {
  const found = await index.candidates(coach, { space, embedding: at(0), limit, signal });
  return found.map(({ chunkId }) => chunkId);
}

/** The ids of entries, in order. */
export function idsOf(entries: readonly { readonly chunk: Chunk }[]): Chunk['id'][] {
  return entries.map(({ chunk }) => chunk.id);
}

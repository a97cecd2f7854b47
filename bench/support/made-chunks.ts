import {
  type CreatorId,
  type DocumentId,
  chunkIdOf,
  documentIdOf,
  documentVersionSchema,
  type DocumentVersion,
} from '../../src/core/ids.js';
import type { Chunk } from '../../src/core/ports/chunk-store.js';
import { lessonText } from './guide.js';

const NAME = 'made.md';

/** The version of the made document. */
export const MADE_VERSION: DocumentVersion = documentVersionSchema.parse('0123456789abcdef');

/** The document that the made chunks are of. */
export function madeDocumentId(creatorId: CreatorId): DocumentId {
  return documentIdOf(creatorId, NAME);
}

/** A chunk that holds a lesson of the guide. */
export function madeChunk(creatorId: CreatorId, index: number): Chunk {
  const documentId = madeDocumentId(creatorId);
  const text = lessonText(index);
  return {
    id: chunkIdOf({ creatorId, documentId, version: MADE_VERSION, index, text }),
    creatorId,
    documentId,
    version: MADE_VERSION,
    index,
    text,
    breadcrumb: 'Made',
    headingPath: [],
    page: null,
    tokenCount: 150,
    source: NAME,
    createdAt: 0,
  };
}

/** Vectors in clusters, as those of real texts are, the same at every call: embedding so many texts would take hours. */
export function createMadeVectors(dimensions: number): { vector(index: number): Float32Array } {
  const random = createRandom(1);
  const centres = Array.from({ length: CLUSTERS }, () =>
    Float32Array.from({ length: dimensions }, () => random() - 0.5),
  );
  return {
    vector(index) {
      const own = createRandom(index + 2);
      const centre = centres[index % CLUSTERS];
      return toUnit(Float32Array.from({ length: dimensions }, (_, place) => (centre?.[place] ?? 0) + own() - 0.5));
    },
  };
}

const CLUSTERS = 64;

function toUnit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

/** Numbers from 0 to 1 that only look random: mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

import { z } from 'zod';
import { embedderMismatch, isSameSpace } from '../../core/embedding-space.js';
import { DocentError } from '../../core/errors.js';
import type { CreatorId } from '../../core/ids.js';
import type { EmbeddingSpace } from '../../core/ports/vector-index.js';

/** What a collection's vectors are, or why Docent cannot search among them. */
export type CollectionSpace = EmbeddingSpace | { readonly unfit: string };

/** A creator's collection as it was found. */
export interface CreatorCollection {
  readonly id: string;
  readonly space: CollectionSpace;
}

const indexSchema = z.object({ space: z.string() }).nullish();
const collectionSchema = z.object({
  id: z.string().min(1),
  configuration: z.object({ hnsw: indexSchema, spann: indexSchema }),
  metadata: z.unknown(),
});

const fingerprintSchema = z.object({
  creator_id: z.string(),
  embedder_id: z.string(),
  embedder_dimensions: z.int().positive(),
});

/** The name in the mission's form; 3 to 512 of `[a-zA-Z0-9._-]` are allowed, and every creator id keeps to them. */
export function collectionName(creatorId: string): string {
  return `creator_${creatorId}_knowledge`;
}

/** The creator whose collection has that name; undefined for a name that is not in the mission's form. */
export function creatorOfName(name: string): string | undefined {
  return /^creator_(.+)_knowledge$/.exec(name)?.[1];
}

/** What a collection of that creator and space is made with. */
export function collectionSettings(creatorId: CreatorId, space: EmbeddingSpace) {
  return {
    name: collectionName(creatorId),
    configuration: { hnsw: { space: 'cosine' as const } },
    metadata: { creator_id: creatorId, embedder_id: space.embedderId, embedder_dimensions: space.dimensions },
    embeddingFunction: null,
  };
}

/**
 * Reads what a collection is. The distance is checked because Chroma's default is another one, and because asking for
 * cosine silently changes nothing where a collection exists: similarities would be wrong without a word.
 * @throws ZodError for what is no collection.
 */
export function readCollection(creatorId: string, collection: unknown): CreatorCollection {
  const { id, configuration, metadata } = collectionSchema.parse(collection);
  const distance = configuration.hnsw?.space ?? configuration.spann?.space;
  if (distance !== 'cosine')
    return { id, space: { unfit: `its distance is "${distance ?? 'unknown'}" and not "cosine"` } };
  const fingerprint = fingerprintSchema.safeParse(metadata);
  if (!fingerprint.success || fingerprint.data.creator_id !== creatorId)
    return { id, space: { unfit: 'it does not name this creator and the embedder of its vectors' } };
  return { id, space: { embedderId: fingerprint.data.embedder_id, dimensions: fingerprint.data.embedder_dimensions } };
}

/** Whether vectors of the wanted space can be searched and written there. */
export function isFit(space: CollectionSpace, wanted: EmbeddingSpace): boolean {
  return !('unfit' in space) && isSameSpace(space, wanted);
}

/** @throws DocentError `EMBEDDER_MISMATCH`, `INDEX_UNFIT` for a collection of another space, with the fix. */
export function requireFit(creatorId: CreatorId, space: CollectionSpace, wanted: EmbeddingSpace): void {
  if (isFit(space, wanted)) return;
  if (!('unfit' in space)) throw embedderMismatch(creatorId, space, wanted);
  throw new DocentError('INDEX_UNFIT', {
    userMessage: `Docent did not make the Chroma collection "${collectionName(creatorId)}", and cannot search in it: ${space.unfit}. ${unfitFix(creatorId)}`,
  });
}

/** What to do about a collection that somebody else made. */
export function unfitFix(creatorId: string): string {
  return `Copy what is in it if it is needed; then \`docent reindex --creator ${creatorId}\` deletes it and makes it anew from the stored documents.`;
}

import { z } from 'zod';
import { DocentError } from './errors.js';
import { chunkIdSchema, type CreatorId, creatorIdSchema, documentIdSchema, documentVersionSchema } from './ids.js';
import type { Chunk } from './ports/chunk-store.js';

/** Rows that one call of a knowledge port may bring or ask for. */
export const MAX_BATCH = 500;

/** A chunk as a store reads it again. */
export const chunkSchema: z.ZodType<Chunk> = z.object({
  id: chunkIdSchema,
  creatorId: creatorIdSchema,
  documentId: documentIdSchema,
  version: documentVersionSchema,
  index: z.number(),
  text: z.string(),
  breadcrumb: z.string(),
  headingPath: z.array(z.string()),
  page: z.number().nullable(),
  tokenCount: z.number(),
  source: z.string(),
  createdAt: z.number(),
});

/** @throws DocentError `INTERNAL` for more than 500. */
export function checkBatch(size: number): void {
  if (size > MAX_BATCH) throw misuse(`${size} rows in one call; at most ${MAX_BATCH} are taken.`);
}

/** @throws DocentError `INTERNAL` for more than 500 chunks or a chunk of another creator. */
export function checkChunks(creatorId: CreatorId, chunks: readonly Pick<Chunk, 'creatorId'>[]): void {
  checkBatch(chunks.length);
  const stray = chunks.find((chunk) => chunk.creatorId !== creatorId);
  if (stray !== undefined)
    throw misuse(`a chunk of "${stray.creatorId}" does not go into the knowledge of "${creatorId}".`);
}

/** An error of the calling code, not of a person or an engine. */
export function misuse(what: string): DocentError {
  return new DocentError('INTERNAL', { userMessage: `Docent made a mistake: ${what} Please report it.` });
}

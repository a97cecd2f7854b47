import { z } from 'zod';
import { DocentError } from '../../core/errors.js';
import { chunkIdSchema, type CreatorId, documentIdSchema, documentVersionSchema } from '../../core/ids.js';
import type { Chunk } from '../../core/ports/chunk-store.js';

/** Rows that one call of a port may bring or ask for. */
const MAX_BATCH = 500;

/** The columns that a candidate of either index is made of. */
export const candidateColumns = {
  chunk_id: chunkIdSchema,
  document_id: documentIdSchema,
  version: documentVersionSchema,
};

/** A row with a single number `n`. */
export const countRow = z.object({ n: z.number() });

/** @throws DocentError `INTERNAL` for more than 500. */
export function checkBatch(size: number): void {
  if (size > MAX_BATCH) throw misuse(`${size} rows in one call; at most ${MAX_BATCH} are taken.`);
}

/** @throws DocentError `INTERNAL` for more than 500 chunks or a chunk of another creator. */
export function checkChunks(creatorId: CreatorId, chunks: readonly Chunk[]): void {
  checkBatch(chunks.length);
  const stray = chunks.find((chunk) => chunk.creatorId !== creatorId);
  if (stray !== undefined)
    throw misuse(`a chunk of "${stray.creatorId}" does not go into the knowledge of "${creatorId}".`);
}

/** An error of the calling code, not of a person or an engine. */
export function misuse(what: string): DocentError {
  return new DocentError('INTERNAL', { userMessage: `Docent made a mistake: ${what} Please report it.` });
}

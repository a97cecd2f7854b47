import { z } from 'zod';
import { chunkIdSchema, documentIdSchema, documentVersionSchema } from '../../core/ids.js';

/** The columns that a candidate of either index is made of. */
export const candidateColumns = {
  chunk_id: chunkIdSchema,
  document_id: documentIdSchema,
  version: documentVersionSchema,
};

/** A row with a single number `n`. */
export const countRow = z.object({ n: z.number() });

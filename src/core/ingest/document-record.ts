import { z } from 'zod';
import { documentIdSchema, documentVersionSchema, memberKeySchema } from '../ids.js';
import type { Collection } from '../ports/record-store.js';

/**
 * What is known of a document.
 * - `queued`: accepted, its turn has not come; `reading`: being parsed and chunked. Neither says anything about an older
 *   version, which stays active and answerable all the while.
 * - `learning`: answerable by keywords, vectors still to come; `ready`: all of it.
 * - `failed`: the newest upload could not be read; an older version, if there is one, is still active.
 * - `removing`: forgotten; what is left of it is being removed. Nobody sees such a record but who removes it.
 */
export const documentStatusSchema = z.enum(['queued', 'reading', 'learning', 'ready', 'failed', 'removing']);

/** The record of a document in its creator's room. */
export const documentRecordSchema = z.object({
  documentId: documentIdSchema,
  name: z.string(),
  /** The document's own title, or its name. */
  title: z.string(),
  status: documentStatusSchema,
  /** The version that answers come from; null before the first one is read. */
  active: z
    .object({
      version: documentVersionSchema,
      contentHash: z.string(),
      sizeBytes: z.number().int().nonnegative(),
      format: z.string(),
      pageCount: z.number().int().nonnegative().nullable(),
      chunkCount: z.number().int().nonnegative(),
      /** Chunks that have a vector. */
      embeddedCount: z.number().int().nonnegative(),
      /** What was left out and why. */
      skipped: z.array(z.string()),
      /** Milliseconds since 1970. */
      publishedAt: z.number().int(),
    })
    .nullable(),
  /** The version being worked on; null when there is none. */
  pendingVersion: documentVersionSchema.nullable(),
  /** Why the newest upload failed; null when it did not. */
  failure: z.object({ code: z.string(), userMessage: z.string() }).nullable(),
  uploadedBy: memberKeySchema,
  /** When the upload that counts was received, in milliseconds since 1970; 0 before one was read. Older ones are passed over. */
  uploadedAt: z.number().int().default(0),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type DocumentRecord = z.infer<typeof documentRecordSchema>;

/** A creator's documents, by document id. */
export const documentCollection = {
  name: 'documents',
  schema: documentRecordSchema,
} satisfies Collection<typeof documentRecordSchema>;

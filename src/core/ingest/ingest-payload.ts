import { z } from 'zod';
import { chatEventSchema } from '../chat/chat-event.js';
import { blobIdSchema, creatorIdSchema, documentIdSchema, documentVersionSchema, memberKeySchema } from '../ids.js';

/** Queue of documents to read; one piece of work an event, with all its files. */
export const INGEST_QUEUE = 'ingest';
/** Queue of published versions whose vectors are to be made, and of forgotten documents whose vectors are to go. */
export const EMBED_QUEUE = 'embed';

const failureSchema = z.object({ code: z.string(), userMessage: z.string() });

const submittedFileSchema = z.union([
  z.object({
    name: z.string(),
    blob: z.object({ blobId: blobIdSchema, contentHash: z.string(), sizeBytes: z.number().int().nonnegative() }),
  }),
  z.object({ name: z.string(), failure: failureSchema }),
]);

/** The durable form of a submission. */
export const ingestPayloadSchema = z.object({
  creatorId: creatorIdSchema,
  uploadedBy: memberKeySchema,
  event: chatEventSchema,
  files: z.array(submittedFileSchema).min(1).max(25),
  replace: z.boolean(),
});
export type IngestPayload = z.infer<typeof ingestPayloadSchema>;

/** What became of one file. `known`: the same content is there already; `cancelled`: it was removed or replaced meanwhile. */
export const fileResultSchema = z.discriminatedUnion('outcome', [
  z.object({
    name: z.string(),
    outcome: z.enum(['added', 'replaced', 'known']),
    documentId: documentIdSchema,
    format: z.string(),
    pageCount: z.number().nullable(),
    chunkCount: z.number(),
    skipped: z.array(z.string()),
  }),
  z.object({ name: z.string(), outcome: z.enum(['failed', 'cancelled']), code: z.string(), userMessage: z.string() }),
]);
export type FileResult = z.infer<typeof fileResultSchema>;

/** What a running ingestion reports: the files that are done, and how far the next one is. */
export const ingestProgressSchema = z.object({
  results: z.array(fileResultSchema),
  current: z
    .object({
      name: z.string(),
      step: z.enum(['reading', 'storing']),
      done: z.number(),
      total: z.number(),
      unit: z.string(),
    })
    .nullable(),
  /** An engine was away, and the rest is tried again. */
  isTryingAgain: z.literal(true).exactOptional(),
});
export type IngestProgress = z.infer<typeof ingestProgressSchema>;

/** The durable form of a version whose vectors are to be made, or, without a version, of a document that was forgotten. */
export const embedPayloadSchema = z.object({
  creatorId: creatorIdSchema,
  documentId: documentIdSchema,
  version: documentVersionSchema.nullable(),
});

import { z } from 'zod';
import { channelLinkSchema } from '../chat/channel-link.js';
import { chatAddressSchema } from '../chat/chat-event.js';
import { creatorIdSchema, memberKeySchema } from '../ids.js';
import { reportSettingsSchema } from '../reports/report-settings.js';

/**
 * An exported creator: gzip around one JSON value a line. A header; for each document its line, its passages in order
 * and a line that ends it; then the links and what was chosen for reports, and a last line without which the file is not
 * whole. No line names a creator but the header, and no line holds an id: both are made anew at import, so that no file can
 * reach into another creator's room. Vectors are not in it, because another embedder may be in use; nor are talks, answers and votes, which
 * are the members' and end after days.
 */

/** Grows when an older Docent cannot read what a newer one writes. 2: with reports. */
export const EXPORT_VERSION = 2;

/** Longest line in bytes: room for a passage of 5,000,000 characters, the most that a document has by default. */
export const MAX_LINE_BYTES = 32 * 1024 * 1024;

const count = z.number().int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What tells an export of any version from other files. */
export const exportMarkSchema = z.object({
  type: z.literal('header'),
  format: z.literal('docent-export'),
  version: z.number().int().positive(),
});

/** The first line. */
export const exportHeaderSchema = exportMarkSchema.extend({
  version: z.int().min(1).max(EXPORT_VERSION),
  creatorId: creatorIdSchema,
  /** Milliseconds since 1970. */
  exportedAt: z.number().int(),
  /** As counted before writing began, for the progress of whoever reads it. */
  documentCount: count,
  chunkCount: count,
});
export type ExportHeader = z.infer<typeof exportHeaderSchema>;

/** A document, as its active version is described; its passages follow. */
export const documentLineSchema = z.strictObject({
  type: z.literal('document'),
  name: z.string().min(1),
  title: z.string(),
  contentHash: hash,
  sizeBytes: count,
  format: z.string(),
  pageCount: count.nullable(),
  skipped: z.array(z.string()),
  uploadedBy: memberKeySchema,
  chunkCount: count.min(1),
});
export type DocumentLine = z.infer<typeof documentLineSchema>;

const chunkLineSchema = z.strictObject({
  type: z.literal('chunk'),
  index: count,
  text: z.string(),
  breadcrumb: z.string(),
  headingPath: z.array(z.string()),
  page: z.number().int().positive().nullable(),
  createdAt: z.number().int(),
});
export type ChunkLine = z.infer<typeof chunkLineSchema>;

const documentEndSchema = z.strictObject({
  type: z.literal('documentEnd'),
  /** SHA-256 over the document's line and those of its passages, each with its line feed. */
  sha256: hash,
});

const linkLineSchema = channelLinkSchema
  .omit({ creatorId: true })
  .extend({ type: z.literal('link') })
  .strict();
const adminChannelSchema = z.strictObject({ type: z.literal('adminChannel'), address: chatAddressSchema });
const reportsSchema = reportSettingsSchema.extend({ type: z.literal('reports') }).strict();
const endSchema = z.strictObject({ type: z.literal('end'), documentCount: count });

/** Any line after the header. */
export const exportLineSchema = z.discriminatedUnion('type', [
  documentLineSchema,
  chunkLineSchema,
  documentEndSchema,
  linkLineSchema,
  adminChannelSchema,
  reportsSchema,
  endSchema,
]);
export type ExportLine = z.infer<typeof exportLineSchema>;
export type LinkLine = z.infer<typeof linkLineSchema>;
export type ReportsLine = z.infer<typeof reportsSchema>;

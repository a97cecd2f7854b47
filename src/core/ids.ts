import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * A creator's name: the closed room that every document, conversation and metric belongs to.
 * Lower-case letters, digits and hyphens, 2 to 63 characters, starting with a letter or digit.
 */
export const creatorIdSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{1,62}$/,
    'a creator is 2 to 63 lower-case letters, digits and hyphens, starting with a letter or digit',
  )
  .brand<'CreatorId'>();
export type CreatorId = z.infer<typeof creatorIdSchema>;

/** A document of one creator: 32 hex digits, the hash of the creator and the document's name. */
export const documentIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'DocumentId'>();
export type DocumentId = z.infer<typeof documentIdSchema>;

/** One version of a document's content: 16 hex digits, the start of its content hash. */
export const documentVersionSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .brand<'DocumentVersion'>();
export type DocumentVersion = z.infer<typeof documentVersionSchema>;

/** A chunk: 32 hex digits, the hash of creator, document, version, index and text. */
export const chunkIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'ChunkId'>();
export type ChunkId = z.infer<typeof chunkIdSchema>;

/** A conversation: creator, platform, workspace, channel and thread, each percent-encoded, joined by `/`. */
export const conversationIdSchema = z.string().min(1).max(1_500).brand<'ConversationId'>();
export type ConversationId = z.infer<typeof conversationIdSchema>;

/** A platform event, unique within Docent: the platform's name and its own event id. */
export const eventIdSchema = z.string().min(1).max(400).brand<'EventId'>();
export type EventId = z.infer<typeof eventIdSchema>;

/** A person on one platform: platform, workspace and platform user id, each percent-encoded, joined by `/`. */
export const memberKeySchema = z.string().min(1).max(1_000).brand<'MemberKey'>();
export type MemberKey = z.infer<typeof memberKeySchema>;

/** Bytes kept for a job: 32 hex digits. */
export const blobIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'BlobId'>();
export type BlobId = z.infer<typeof blobIdSchema>;

/** An answer that feedback and "show passage" refer to: 32 hex digits. */
export const answerIdSchema = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'AnswerId'>();
export type AnswerId = z.infer<typeof answerIdSchema>;

/**
 * The first `digits` hex digits of the SHA-256 of the parts. Each part's length goes in with it, so that no two
 * different lists of parts hash alike.
 */
export function hashParts(parts: readonly string[], digits = 32): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, digits);
}

/** The id of a creator's document of that name; names are compared in Unicode NFC, with outer space removed. */
export function documentIdOf(creatorId: CreatorId, name: string): DocumentId {
  return documentIdSchema.parse(hashParts(['document', creatorId, name.normalize('NFC').trim()]));
}

/** The deterministic id of a chunk, so that a job that runs again writes the same rows. */
export function chunkIdOf(chunk: {
  creatorId: CreatorId;
  documentId: DocumentId;
  version: DocumentVersion;
  index: number;
  text: string;
}): ChunkId {
  return chunkIdSchema.parse(
    hashParts(['chunk', chunk.creatorId, chunk.documentId, chunk.version, String(chunk.index), chunk.text]),
  );
}

/** Joins platform ids, which may hold any character, into one key: each is percent-encoded. */
export function joinKey(parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

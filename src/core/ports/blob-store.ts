import type { BlobId, CreatorId } from '../ids.js';
import type { Health } from './health.js';

/** Bytes that are kept, and how to name them. */
export interface StoredBlob {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, 64 hex digits. */
  readonly contentHash: string;
}

/** The bounds of one upload. */
export interface PutBlobOptions {
  /** More bytes than this end in `DOCUMENT_TOO_LARGE`, and nothing stays behind. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The bytes of an upload until its job ends; readable by every worker. */
export interface BlobStore {
  /**
   * Keeps the bytes durably before it resolves.
   * @throws DocentError `DOCUMENT_TOO_LARGE` past `maxBytes`; `ENGINE_UNAVAILABLE` when the store fails.
   */
  put(creatorId: CreatorId, bytes: AsyncIterable<Uint8Array>, options: PutBlobOptions): Promise<StoredBlob>;
  /** @throws DocentError `BLOB_MISSING` when this creator has no such blob. */
  read(creatorId: CreatorId, blobId: BlobId, signal: AbortSignal): Promise<Uint8Array>;
  /** Removes the bytes; harmless when they are gone. */
  delete(creatorId: CreatorId, blobId: BlobId): Promise<void>;
  /** Removes what is older than `maxAgeMs` and returns how many blobs went: what a killed upload left behind. */
  sweep(maxAgeMs: number): Promise<number>;
  /** Removes everything of a creator and returns how many blobs went. */
  eraseCreator(creatorId: CreatorId): Promise<number>;
  health(signal: AbortSignal): Promise<Health>;
}

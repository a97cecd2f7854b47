import type { ChatEvent } from '../chat/chat-event.js';
import type { CreatorId, DocumentId, MemberKey } from '../ids.js';
import type { StoredBlob } from '../ports/blob-store.js';

/** One file of a submission: its bytes, or why there are none. */
export type SubmittedFile =
  | { readonly name: string; readonly blob: StoredBlob }
  | { readonly name: string; readonly failure: { readonly code: string; readonly userMessage: string } };

export interface Submission {
  readonly creatorId: CreatorId;
  readonly uploadedBy: MemberKey;
  /** The event whose reply the job keeps current and finishes, once for all files. */
  readonly event: ChatEvent;
  /** 1 to 25. A file's name is its identity together with the creator. */
  readonly files: readonly SubmittedFile[];
  /** false: another content under a known name is refused instead of replacing it. */
  readonly replace: boolean;
}

/** Takes documents in, durably. */
export interface Ingestion {
  /** Largest upload in bytes. */
  readonly maxBytes: number;
  /** Starts one durable job for the files of an event, or leaves the one that runs for it already. */
  submit(submission: Submission): Promise<void>;
  /**
   * Removes a document with its chunks, in every version, and stops work on it.
   * @throws DocentError `DOCUMENT_UNKNOWN`.
   */
  forget(creatorId: CreatorId, documentId: DocumentId): Promise<{ readonly name: string; readonly chunkCount: number }>;
}

import type { CreatorId, DocumentId, DocumentVersion } from '../ids.js';
import type { DocumentRecord } from './document-record.js';

/** What retrieval needs to know of a creator's documents. */
export interface ActiveDocument {
  readonly version: DocumentVersion;
  readonly name: string;
  readonly title: string;
  /** Whether some of its vectors are still to come. */
  readonly isLearning: boolean;
}

/** The creator's documents: the one place that says which version of each is the one that answers. */
export interface DocumentRegistry {
  get(creatorId: CreatorId, documentId: DocumentId): Promise<DocumentRecord | undefined>;
  /** By exact name (NFC, trimmed). */
  findByName(creatorId: CreatorId, name: string): Promise<DocumentRecord | undefined>;
  /** In no order that means anything, a page at a time; pass the last record's id as `after`. `limit` is 1 to 1,000. */
  list(creatorId: CreatorId, options: { readonly after?: DocumentId; readonly limit: number }): Promise<DocumentRecord[]>;
  /** All active documents; kept current by writes of this process and by the change stream for others'. */
  active(creatorId: CreatorId): Promise<ReadonlyMap<DocumentId, ActiveDocument>>;
}

import type { CreatorId, DocumentId } from '../core/ids.js';
import type { DocumentRecord } from '../core/ingest/document-record.js';
import type { Services } from '../core/services.js';

const PAGE_SIZE = 500;

/** A creator's documents by name. */
export async function allDocuments(
  { documents }: Pick<Services, 'documents'>,
  creatorId: CreatorId,
): Promise<DocumentRecord[]> {
  const all: DocumentRecord[] = [];
  let after: DocumentId | undefined;
  for (;;) {
    const page = await documents.list(creatorId, { ...(after === undefined ? {} : { after }), limit: PAGE_SIZE });
    all.push(...page);
    if (page.length < PAGE_SIZE) return all.sort((one, other) => one.name.localeCompare(other.name, 'en'));
    after = page.at(-1)?.documentId;
  }
}

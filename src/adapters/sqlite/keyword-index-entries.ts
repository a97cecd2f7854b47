import { z } from 'zod';
import type { Chunk } from '../../core/ports/chunk-store.js';
import type { Database } from './database.js';
import { toIndexedText } from './keyword-index-words.js';

const UPSERT_ENTRY = `INSERT INTO keyword_entries (chunk_id, document_id, version) VALUES (?, ?, ?)
  ON CONFLICT (chunk_id) DO UPDATE SET document_id = excluded.document_id, version = excluded.version
  RETURNING entry_id`;

/** A row with the number of an entry. */
export const entryRow = z.object({ entry_id: z.number() });

/** Indexes the words of chunks, over what was there under the same ids; call it in a transaction. */
export function indexChunks(database: Database, chunks: readonly Chunk[]): void {
  for (const { id, documentId, version, breadcrumb, text } of chunks) {
    const { entry_id } = entryRow.parse(database.get(UPSERT_ENTRY, id, documentId, version));
    database.run(
      'INSERT OR REPLACE INTO keyword_index (rowid, breadcrumb, text) VALUES (?, ?, ?)',
      entry_id,
      toIndexedText(breadcrumb),
      toIndexedText(text),
    );
  }
}

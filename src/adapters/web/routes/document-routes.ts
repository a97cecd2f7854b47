import { Hono } from 'hono';
import { z } from 'zod';
import { type CreatorId, documentIdOf } from '../../../core/ids.js';
import { documentNameOf } from '../../../core/ingest/document-name.js';
import { documentCollection } from '../../../core/ingest/document-record.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import { type RouteParts, type WebEnv, readJson } from './route-parts.js';

const namesSchema = z.strictObject({ names: z.array(z.string().max(1_000)).max(500) });

/** Which files would replace a document: below `/api/creators/:creatorId/documents`. The list itself is a command. */
export function documentRoutes(parts: RouteParts): Hono<WebEnv> {
  return new Hono<WebEnv>().post('/known', async (context) => {
    const { names } = await readJson(context, namesSchema);
    const known: string[] = [];
    for (const name of names) if (await isKnown(parts.records, context.get('creatorId'), name)) known.push(name);
    return context.json({ known });
  });
}

async function isKnown(records: RecordStore, creatorId: CreatorId, fileName: string): Promise<boolean> {
  try {
    const documentId = documentIdOf(creatorId, documentNameOf(fileName));
    const record = await records.get(documentCollection, { creatorId }, documentId);
    return record !== undefined && record.value.active !== null;
  } catch {
    // A name that no document can have, or a damaged record: neither is in the way.
    return false;
  }
}

import { type CreatorId, type DocumentId, documentIdOf } from '../ids.js';
import type { Coordinator } from '../ports/coordinator.js';
import { INGEST_QUEUE, ingestPayloadSchema } from './ingest-payload.js';

const MAX_LISTED = 1_000;

/** How many jobs start before each of the creator's documents that wait for their turn; an estimate. */
export async function waitingDocuments(
  coordinator: Pick<Coordinator, 'list'>,
  creatorId: CreatorId,
): Promise<ReadonlyMap<DocumentId, number>> {
  const positions = new Map<DocumentId, number>();
  for (const work of await coordinator.list({ queue: INGEST_QUEUE, group: creatorId, limit: MAX_LISTED })) {
    if (work.state !== 'waiting') continue;
    for (const { name } of ingestPayloadSchema.safeParse(work.payload).data?.files ?? [])
      positions.set(documentIdOf(creatorId, name), work.position);
  }
  return positions;
}

import { wait } from '../exclusive.js';
import type { CreatorId } from '../ids.js';
import type { DocumentRegistry } from '../ingest/document-registry.js';
import type { Clock } from '../ports/clock.js';
import type { Question } from './answering.js';

/** How long a question waits for the very first document, and how often it looks, in milliseconds. */
const FIRST_DOCUMENT_WAIT_MS = 20_000;
const FIRST_DOCUMENT_LOOK_MS = 250;
/** Documents that are looked at to see whether one is being read. */
const FIRST_DOCUMENTS = 50;

/** Whether a creator's document is being read or waits for it. */
export async function isReading(registry: DocumentRegistry, creatorId: CreatorId): Promise<boolean> {
  const documents = await registry.list(creatorId, { limit: FIRST_DOCUMENTS });
  return documents.some(({ status }) => status === 'queued' || status === 'reading');
}

/**
 * Who drops a file and asks at once means that file: the question waits up to 20 seconds for the first document. Says
 * whether there is one now. @throws the signal's reason when aborted.
 */
export async function waitForFirstDocument(
  { registry, clock }: { readonly registry: DocumentRegistry; readonly clock: Clock },
  { creatorId, reply, signal }: Question,
): Promise<boolean> {
  const giveUpAt = clock.now() + FIRST_DOCUMENT_WAIT_MS;
  while (clock.now() < giveUpAt && (await isReading(registry, creatorId))) {
    await reply.status({ text: 'Waiting for the first document to be read' });
    await wait(clock, FIRST_DOCUMENT_LOOK_MS, signal);
    if ((await registry.active(creatorId)).size > 0) return true;
  }
  return (await registry.active(creatorId)).size > 0;
}

import type { CreatorId } from '../ids.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import type { DocumentRegistry } from './document-registry.js';

const LOOK_EVERY_MS = 500;
const PAGE = 1_000;

/**
 * Waits until every passage of a creator's documents can be found by meaning too, which follows in the background once
 * a document can be asked about.
 * @throws the signal's reason when aborted.
 */
export async function waitUntilLearned(
  { documents, clock }: { readonly documents: Pick<DocumentRegistry, 'list'>; readonly clock: Clock },
  creatorId: CreatorId,
  { onStatus, signal }: { readonly onStatus: (status: ReplyStatus) => void; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    const progress = await learningProgress(documents, creatorId);
    if (progress === undefined) return;
    onStatus({ text: `Learning what the passages mean: ${progress.done} of ${progress.total}`, progress });
    await new Promise<void>((resolve) => {
      clock.after(LOOK_EVERY_MS, resolve);
    });
    signal.throwIfAborted();
  }
}

/** Passages of the documents that are still being learned; undefined when there are none. */
async function learningProgress(
  documents: Pick<DocumentRegistry, 'list'>,
  creatorId: CreatorId,
): Promise<{ readonly done: number; readonly total: number } | undefined> {
  let done = 0;
  let total = 0;
  for (let page = await documents.list(creatorId, { limit: PAGE }); ;) {
    for (const { status, active } of page) {
      if (status !== 'learning' || active === null) continue;
      done += active.embeddedCount;
      total += active.chunkCount;
    }
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return total === 0 ? undefined : { done, total };
    page = await documents.list(creatorId, { limit: PAGE, after: last.documentId });
  }
}

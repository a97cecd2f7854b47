import type { CreatorId } from '../core/ids.js';
import type { DocumentRegistry } from '../core/ingest/document-registry.js';
import type { ReplyStatus } from '../core/ports/chat-adapter.js';
import type { Services } from '../core/services.js';
import type { Attached } from './attach.js';
import type { Screen } from './screen.js';

/**
 * Stays until what a command added can be found by meaning too, and shows how far it is. Another process goes on by
 * itself; this one would leave the vectors for the next start.
 * @throws the signal's reason when aborted.
 */
export async function finishLearning(
  { attached, screen, signal }: { readonly attached: Attached; readonly screen: Screen; readonly signal: AbortSignal },
  creatorId: CreatorId,
): Promise<void> {
  if (attached.own === undefined) return;
  let isNoted = false;
  await waitUntilLearned(attached.own.services, creatorId, {
    onStatus(status) {
      if (!isNoted)
        screen.note(
          'All of it can be asked about now. Learning what it means takes longer; Ctrl-C leaves the rest to the next start.',
        );
      isNoted = true;
      screen.status(status);
    },
    signal,
  });
  if (isNoted) screen.note('All of it is learned.');
}

const LOOK_EVERY_MS = 500;
const PAGE = 1_000;

/**
 * Waits until every passage of a creator's documents can be found by meaning too, which follows in the background once
 * a document can be asked about.
 * @throws the signal's reason when aborted.
 */
export async function waitUntilLearned(
  { documents, clock }: Pick<Services, 'documents' | 'clock'>,
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
  documents: DocumentRegistry,
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

import type { CreatorId } from '../core/ids.js';
import { waitUntilLearned } from '../core/ingest/learning.js';
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

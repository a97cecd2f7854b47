import { type OutgoingMessage, notice } from '../chat/outgoing-message.js';
import { counted } from '../chat/words.js';
import type { EventId } from '../ids.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { Coordinator, WorkStatus } from '../ports/coordinator.js';
import { TRYING_AGAIN } from '../store-deadline.js';
import { describeProgress, describeResults } from './ingest-messages.js';
import { INGEST_QUEUE, ingestPayloadSchema, ingestProgressSchema } from './ingest-payload.js';

/** How far the job of an upload is, or what became of it: what its reply is told, as it can be read from anywhere. */
export type JobView = { readonly status: ReplyStatus } | { readonly outcome: OutgoingMessage };

const STOPPED = notice('Stopped: the upload was cancelled, or what it was about has been erased.');
const UNKNOWN: OutgoingMessage = {
  ...notice(
    'The upload was worked on, but what became of it is not known any more. The command "documents" shows what is there.',
  ),
  kind: 'error',
};

/**
 * Looks at the job of an event: for whoever waits in another process than the job's, which its reply does not reach.
 * @throws DocentError `ENGINE_UNAVAILABLE`.
 */
export async function viewJob(coordinator: Pick<Coordinator, 'status'>, eventId: EventId): Promise<JobView> {
  const work = await coordinator.status(INGEST_QUEUE, eventId);
  if (work === undefined || work.state === 'cancelled') return { outcome: STOPPED };
  if (work.state === 'waiting') return { status: { text: waitingText(work) } };
  const { results = [], current = null, isTryingAgain } = ingestProgressSchema.safeParse(work.progress).data ?? {};
  if (work.state !== 'active') return { outcome: results.length > 0 ? describeResults(results) : UNKNOWN };
  // Still active where not even that can be kept, such as on a full disk.
  if (isTryingAgain) return { status: { text: TRYING_AGAIN } };
  const files = ingestPayloadSchema.safeParse(work.payload).data?.files.length ?? 1;
  return { status: current === null ? { text: 'Reading' } : describeProgress(current, results.length, files) };
}

function waitingText({ position, attempts }: WorkStatus): string {
  if (attempts > 0) return 'Waiting to try again';
  return position === 0 ? 'Waiting: yours is next' : `Waiting: ${counted(position, 'upload')} before yours`;
}

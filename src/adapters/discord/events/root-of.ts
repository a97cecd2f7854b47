import { isEngineAway } from '../../../core/store-deadline.js';
import { eventIdFor } from './event-id.js';
import type { ReplyRecords } from '../reply/reply-records.js';
import type { WireMessage } from '../api/wire.js';

/** A message of Docent's, as far as it says what it answers. */
type OwnMessage = Pick<WireMessage, 'id' | 'message_reference'>;

/** The message that the conversation began with which one of Docent's messages belongs to. */
export type RootOf = (message: OwnMessage) => Promise<string>;

/**
 * Follows a reply to the conversation it was part of: by its own record where it stands beside its question, otherwise by
 * that of the question it answers.
 */
export function createRootOf(records: Pick<ReplyRecords, 'get'>): RootOf {
  /** While records are away, so is what was said before: the question is answered as the first of its conversation. */
  async function recordedRoot(id: string): Promise<string | undefined> {
    try {
      return (await records.get(eventIdFor(id)))?.rootId ?? undefined;
    } catch (error) {
      if (isEngineAway(error)) return undefined;
      throw error;
    }
  }
  return async ({ id, message_reference: reference }) => {
    const questionId = reference?.message_id;
    const known = await recordedRoot(id);
    if (known !== undefined || questionId === undefined) return known ?? id;
    return (await recordedRoot(questionId)) ?? questionId;
  };
}

import { eventIdFor } from './event-id.js';
import type { ReplyRecords } from '../reply/reply-records.js';
import type { WireMessage } from '../api/wire.js';

/** A message of Docent's, as far as it says what it answers. */
type OwnMessage = Pick<WireMessage, 'id' | 'message_reference'>;

/** The message that the conversation began with which one of Docent's messages belongs to. */
export type RootOf = (message: OwnMessage) => Promise<string>;

/** Follows a reply to the question it answers, and that question to the conversation it was part of. */
export function createRootOf(records: Pick<ReplyRecords, 'get'>): RootOf {
  return async ({ id, message_reference: reference }) => {
    const questionId = reference?.message_id ?? id;
    return (await records.get(eventIdFor(questionId)))?.rootId ?? questionId;
  };
}

import type { CreatorId, ConversationId, MemberKey } from '../ids.js';
import type { ChatEvent } from '../chat/chat-event.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { Reply } from '../ports/chat-adapter.js';

export interface Question {
  readonly creatorId: CreatorId;
  readonly conversationId: ConversationId;
  readonly memberKey: MemberKey;
  readonly event: ChatEvent;
  readonly text: string;
  /** Where the answer streams to. */
  readonly reply: Reply;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 at which the event came in: the start of the processing time. */
  readonly receivedAt: number;
}

/** Answers questions from one creator's documents. */
export interface Answering {
  /** Longest question in characters. */
  readonly maxQuestionCharacters: number;
  /**
   * Retrieves, weighs the evidence, streams the answer and returns the final message: an answer, a refusal or, when
   * the model is down, quoted passages. Keeps the exchange, the answer record and the metrics.
   * @throws DocentError `QUESTION_EMPTY`, `QUESTION_TOO_LONG`, `ENGINE_UNAVAILABLE`; the signal's reason when aborted.
   */
  answer(question: Question): Promise<OutgoingMessage>;
}

import type { ConversationId, CreatorId, MemberKey } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Health } from './health.js';

/** One message of a thread, as it is kept. */
export interface StoredMessage {
  readonly id: string;
  readonly conversationId: ConversationId;
  readonly senderType: 'user' | 'ai';
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Who asked, for both messages of an exchange, so that they can be forgotten together. */
  readonly memberKey: MemberKey;
  /** Sources and model of an answer. */
  readonly metadata: { readonly [key: string]: JsonValue };
}

/** Running figures of a conversation, right even past the kept messages. */
export interface ConversationSummary {
  readonly userMessages: number;
  readonly aiMessages: number;
  /** Milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Mean length of the answers in characters; 0 without answers. */
  readonly meanAnswerCharacters: number;
}

/**
 * What was said in a thread. The 20 newest messages are kept; a conversation lives 24 hours after its last one, by the
 * store's clock, summary included.
 */
export interface ConversationStore {
  /** Adds a question and its answer together, in one step; an exchange whose question's id is already kept is not added again. */
  append(
    creatorId: CreatorId,
    conversationId: ConversationId,
    exchange: { readonly question: StoredMessage; readonly answer: StoredMessage },
  ): Promise<void>;
  /** The newest messages, oldest first. `limit` is 1 to 20. */
  recent(creatorId: CreatorId, conversationId: ConversationId, limit: number): Promise<StoredMessage[]>;
  /** Forgets a conversation and says whether there was one. */
  clear(creatorId: CreatorId, conversationId: ConversationId): Promise<boolean>;
  summary(creatorId: CreatorId, conversationId: ConversationId): Promise<ConversationSummary | undefined>;
  /** Removes a member's messages (and the answers to them) and returns how many went. Summaries keep their figures, which name nobody. */
  eraseMember(creatorId: CreatorId, memberKey: MemberKey): Promise<number>;
  /** Removes every conversation of a creator and returns how many messages went. */
  eraseCreator(creatorId: CreatorId): Promise<number>;
  health(signal: AbortSignal): Promise<Health>;
}

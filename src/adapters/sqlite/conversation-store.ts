import { z } from 'zod';
import type { ConversationId, CreatorId } from '../../core/ids.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ConversationStore, ConversationSummary, StoredMessage } from '../../core/ports/conversation-store.js';
import type { Logger } from '../../core/ports/logger.js';
import {
  CONVERSATION_LIFE_MS,
  KEPT_MESSAGES,
  checkConversation,
  storedMessageSchema,
} from '../../core/stored-message.js';
import type { Database } from './database.js';
import { SWEEP_BATCH, deleteInBatches } from './sweep.js';
import { storedJson } from '../../core/stored-json.js';

const messageRowSchema = z.object({ message: storedJson(storedMessageSchema) });
const conversationSchema = z.object({
  number: z.number().int(),
  user_messages: z.number().int(),
  ai_messages: z.number().int(),
  answer_characters: z.number().int(),
  first_at: z.number().int(),
  last_at: z.number().int(),
});
type Conversation = z.infer<typeof conversationSchema>;

/** What the store works with. */
export interface ConversationStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A conversation store that can be told to remove what has expired. */
export interface SweptConversationStore extends ConversationStore {
  /** Returns how many conversations went. */
  sweep(): Promise<number>;
}

/** Keeps conversations in `docent.sqlite`. */
export function createConversationStore({ database, clock, logger }: ConversationStoreOptions): SweptConversationStore {
  const find = (creatorId: CreatorId, conversationId: ConversationId): Conversation | undefined => {
    const row = database.get(
      'SELECT * FROM conversations WHERE creator = ? AND id = ? AND expires_at > ?',
      creatorId,
      conversationId,
      clock.now(),
    );
    return row === undefined ? undefined : conversationSchema.parse(row);
  };

  return {
    async append(creatorId, conversationId, { question, answer }) {
      checkConversation(conversationId, [question, answer]);
      database.transaction(() => {
        dropExpired(database, creatorId, clock.now());
        const known = find(creatorId, conversationId);
        if (known !== undefined && holds(database, known, question.id)) return;
        const number = countExchange(database, {
          creatorId,
          conversationId,
          question,
          answer,
          expiresAt: clock.now() + CONVERSATION_LIFE_MS,
        });
        for (const message of [question, answer]) insertMessage(database, number, message);
        trim(database, number);
      });
    },

    async recent(creatorId, conversationId, limit) {
      const conversation = find(creatorId, conversationId);
      if (conversation === undefined) return [];
      const rows = database.all(
        'SELECT message FROM messages WHERE conversation = ? ORDER BY position DESC LIMIT ?',
        conversation.number,
        Math.min(limit, KEPT_MESSAGES),
      );
      const messages = rows.reverse().flatMap((row) => messageRowSchema.safeParse(row).data?.message ?? []);
      if (messages.length < rows.length) logger.warn('messages.invalid', { skipped: rows.length - messages.length });
      return messages;
    },

    async clear(creatorId, conversationId) {
      const conversation = find(creatorId, conversationId);
      if (conversation === undefined) return false;
      return database.run('DELETE FROM conversations WHERE number = ?', conversation.number) > 0;
    },

    async summary(creatorId, conversationId) {
      const conversation = find(creatorId, conversationId);
      return conversation === undefined ? undefined : toSummary(conversation);
    },

    async eraseMember(creatorId, memberKey) {
      return database.transaction(() => {
        dropExpired(database, creatorId, clock.now());
        return database.run(
          'DELETE FROM messages WHERE member_key = ? AND conversation IN (SELECT number FROM conversations WHERE creator = ?)',
          memberKey,
          creatorId,
        );
      });
    },

    async eraseCreator(creatorId) {
      dropExpired(database, creatorId, clock.now());
      const messages = `DELETE FROM messages WHERE position IN (SELECT position FROM messages
        JOIN conversations ON number = conversation WHERE creator = ? LIMIT ${SWEEP_BATCH})`;
      const erased = await deleteInBatches(database, messages, creatorId);
      database.run('DELETE FROM conversations WHERE creator = ?', creatorId);
      return erased;
    },

    async health() {
      return database.health();
    },

    async sweep() {
      const sql = `DELETE FROM conversations WHERE number IN (SELECT number FROM conversations WHERE expires_at <= ? LIMIT ${SWEEP_BATCH})`;
      return deleteInBatches(database, sql, clock.now());
    },
  };
}

/** Messages go with their conversation. */
function dropExpired(database: Database, creatorId: CreatorId, now: number): void {
  database.run('DELETE FROM conversations WHERE creator = ? AND expires_at <= ?', creatorId, now);
}

function holds(database: Database, { number }: Conversation, messageId: string): boolean {
  return database.get('SELECT 1 FROM messages WHERE conversation = ? AND id = ?', number, messageId) !== undefined;
}

interface Exchange {
  readonly creatorId: CreatorId;
  readonly conversationId: ConversationId;
  readonly question: StoredMessage;
  readonly answer: StoredMessage;
  readonly expiresAt: number;
}

/** Adds the exchange to the conversation's figures and returns the conversation's number. */
function countExchange(
  database: Database,
  { creatorId, conversationId, question, answer, expiresAt }: Exchange,
): number {
  const row = database.get(
    `INSERT INTO conversations (creator, id, user_messages, ai_messages, answer_characters, first_at, last_at, expires_at)
     VALUES (?, ?, 1, 1, ?, ?, ?, ?)
     ON CONFLICT (creator, id) DO UPDATE SET user_messages = user_messages + 1, ai_messages = ai_messages + 1,
       answer_characters = answer_characters + excluded.answer_characters, last_at = excluded.last_at,
       expires_at = excluded.expires_at
     RETURNING number`,
    creatorId,
    conversationId,
    answer.content.length,
    question.timestamp,
    answer.timestamp,
    expiresAt,
  );
  return conversationSchema.pick({ number: true }).parse(row).number;
}

function insertMessage(database: Database, conversation: number, message: StoredMessage): void {
  database.run(
    'INSERT INTO messages (conversation, id, member_key, message) VALUES (?, ?, ?, ?)',
    conversation,
    message.id,
    message.memberKey,
    JSON.stringify(message),
  );
}

function trim(database: Database, conversation: number): void {
  database.run(
    `DELETE FROM messages WHERE conversation = ? AND position <=
       (SELECT position FROM messages WHERE conversation = ? ORDER BY position DESC LIMIT 1 OFFSET ${KEPT_MESSAGES})`,
    conversation,
    conversation,
  );
}

function toSummary(conversation: Conversation): ConversationSummary {
  return {
    userMessages: conversation.user_messages,
    aiMessages: conversation.ai_messages,
    firstAt: conversation.first_at,
    lastAt: conversation.last_at,
    meanAnswerCharacters: conversation.answer_characters / Math.max(1, conversation.ai_messages),
  };
}

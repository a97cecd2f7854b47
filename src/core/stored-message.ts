import { z } from 'zod';
import { DocentError } from './errors.js';
import { type ConversationId, conversationIdSchema, memberKeySchema } from './ids.js';
import { jsonSchema } from './json.js';
import type { StoredMessage } from './ports/conversation-store.js';

/** Messages of a conversation that are kept. */
export const KEPT_MESSAGES = 20;

/** How long a conversation lives after its last message, in milliseconds. */
export const CONVERSATION_LIFE_MS = 24 * 60 * 60_000;

/** A message as a store reads it again. */
export const storedMessageSchema: z.ZodType<StoredMessage> = z.object({
  id: z.string(),
  conversationId: conversationIdSchema,
  senderType: z.enum(['user', 'ai']),
  content: z.string(),
  timestamp: z.number().int(),
  memberKey: memberKeySchema,
  metadata: z.record(z.string(), jsonSchema),
});

/** @throws DocentError `RECORD_INVALID` when a message is not of the conversation. */
export function checkConversation(conversationId: ConversationId, messages: readonly StoredMessage[]): void {
  if (messages.every((message) => message.conversationId === conversationId)) return;
  throw new DocentError('RECORD_INVALID', {
    userMessage: 'A message belongs to another conversation; nothing was written.',
  });
}

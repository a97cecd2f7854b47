import { z } from 'zod';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { DocentError } from '../../../core/errors.js';
import { snowflakeSchema } from '../api/wire.js';

const common = {
  /** Where it was asked: a channel, a thread or a direct message. */
  channelId: snowflakeSchema,
  /** Who asked. */
  userId: snowflakeSchema,
  /** How a thread that an answer opens is called; null where none is opened. */
  threadName: z.string().min(1).max(100).nullable(),
  /** The message that the conversation outside a thread began with; null where it has none. */
  rootId: snowflakeSchema.nullable(),
  /** The command behind a button for a further question; null where people can simply write on. */
  followUpCommand: z.string().nullable(),
};

/** Everything that a reply needs, in any process, also after a restart. It holds a token, which is a secret for 15 minutes. */
export const replyContextSchema = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('message'), messageId: snowflakeSchema }),
  z.object({
    ...common,
    kind: z.literal('interaction'),
    applicationId: snowflakeSchema,
    token: z.string(),
    /** Whether that person alone sees the reply. */
    isPrivate: z.boolean(),
    /** The message that the reply is; null for a private one, which only the token reaches. */
    messageId: snowflakeSchema.nullable(),
    /** What was asked, where others could not read it otherwise. */
    question: z.string().nullable(),
  }),
]);
export type ReplyContext = z.infer<typeof replyContextSchema>;

/** @throws DocentError `INTERNAL` for an event that this adapter did not make. */
export function replyContextOf(event: ChatEvent): ReplyContext {
  const context = replyContextSchema.safeParse(event.replyContext);
  if (context.success) return context.data;
  throw new DocentError('INTERNAL', {
    userMessage: 'This message cannot be answered any more. Ask again.',
    cause: context.error,
  });
}

const MAX_THREAD_NAME = 90;

/** What a thread is called: the question on one line, shortened at a word. */
export function threadNameOf(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return 'Question';
  if (line.length <= MAX_THREAD_NAME) return line;
  const cut = line.slice(0, MAX_THREAD_NAME).toWellFormed().replaceAll('\uFFFD', '');
  return `${cut.replace(/\s\S*$/, '')}…`;
}

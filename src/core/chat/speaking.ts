import { z } from 'zod';
import { jsonSchema } from '../json.js';
import type { ChannelLink } from './channel-link.js';
import type { ChatEvent } from './chat-event.js';

/** What an event asks of Docent. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), name: z.string(), input: z.record(z.string(), jsonSchema) }),
  /** Files posted to Docent without a command. */
  z.object({ kind: z.literal('ingest') }),
  z.object({
    kind: z.literal('question'),
    text: z.string(),
    /** Whether Docent was asked by name: by a mention, a direct message, or a command. */
    isNamed: z.boolean(),
  }),
  /** A mention without words in a thread: the thread's last question is meant. */
  z.object({ kind: z.literal('last-question') }),
  /** Called by name without a word anywhere: a hint how to ask. */
  z.object({ kind: z.literal('hint') }),
]);
export type Task = z.infer<typeof taskSchema>;

/** What is known of the place where something was said. */
export interface SpeakingContext {
  /** The channel's mode; undefined where no creator is linked. */
  readonly mode: ChannelLink['mode'] | undefined;
  /** Whether Docent already takes part in the event's thread. */
  readonly takesPart: boolean;
}

/**
 * When Docent speaks: on a command, a mention, a direct message, any message of a thread where it takes part, and any
 * message at all where the channel's mode is `all`. It is silent towards bots, and towards messages that call somebody
 * else and not Docent.
 * @returns what to do, or undefined for silence.
 */
export function decideTask(event: ChatEvent, { mode, takesPart }: SpeakingContext): Task | undefined {
  const { author, body, attachments, address } = event;
  if (author.isBot) return undefined;
  if (body.kind === 'command') return body;
  const text = body.text.trim();
  if (body.mentionsDocent || address.isDirect) {
    if (attachments.length > 0) return { kind: 'ingest' };
    if (text !== '') return { kind: 'question', text, isNamed: true };
    return body.mentionsDocent && address.threadId !== null ? { kind: 'last-question' } : { kind: 'hint' };
  }
  if (text === '' || body.mentionsOthers) return undefined;
  const isHeard = mode === 'all' || (mode === 'thread' && address.threadId !== null && takesPart);
  return isHeard ? { kind: 'question', text, isNamed: false } : undefined;
}

import { z } from 'zod';
import { type ChatEvent, chatEventSchema, memberKeyOf, threadKeyOf } from './chat-event.js';
import { joinKey } from '../ids.js';
import { outgoingMessageSchema } from './outgoing-message.js';
import { taskSchema } from './speaking.js';

/** Queue of platform events that Docent answers; one piece of work an event, under the event's id. */
export const EVENT_QUEUE = 'events';

/** An event with what it asks of Docent, as it is kept until it is answered. */
export const acceptedEventSchema = z.object({ event: chatEventSchema, task: taskSchema });
export type AcceptedEvent = z.infer<typeof acceptedEventSchema>;

/** What became of an event: a message, nothing to say, or a job that took over the reply. */
export const settlementSchema = z.union([z.enum(['silent', 'deferred']), outgoingMessageSchema]);
export type Settlement = z.infer<typeof settlementSchema>;

/** The report of the work on an event: kept before the reply is finished, so that a kill in between repeats nothing. */
export const eventProgressSchema = z.object({ settlement: settlementSchema });

/** Whose turn an event takes where no creator is known: the workspace's, and in a direct talk the person's. */
export function groupWithoutCreator(event: ChatEvent): string {
  const { address } = event;
  return address.isDirect ? memberKeyOf(event) : joinKey([address.platform, address.workspaceId]);
}

/** What runs in order: a thread's events, and outside threads those of one person in one channel. */
export function orderKeyOf(event: ChatEvent): string {
  const { address } = event;
  const threadKey = threadKeyOf(address);
  return address.threadId !== null || address.isDirect ? threadKey : joinKey([threadKey, memberKeyOf(event)]);
}

import { z } from 'zod';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { DocentError } from '../../../core/errors.js';
import type { Tenant } from '../install/installations.js';

/** Where and how an event is answered, kept with the event so that any process can. */
export const replyContextSchema = z.object({
  /** `thread`: in the address's thread. `channel`: as a message of its own. `private`: seen by the person alone. */
  kind: z.enum(['thread', 'channel', 'private']),
  enterpriseId: z.string().nullable(),
  /** The time of what asked, as Slack writes times: what answers it comes later. */
  askedTs: z.string(),
  /** Where a private outcome goes first; Slack takes it for half an hour. */
  responseUrl: z.string().nullable(),
  /** Whether it replaces the private message whose button was pressed. */
  replacesOriginal: z.boolean(),
});
export type ReplyContext = z.infer<typeof replyContextSchema>;

/** @throws DocentError `INTERNAL` for an event that this adapter did not make. */
export function readReplyContext({ replyContext }: Pick<ChatEvent, 'replyContext'>): ReplyContext {
  const context = replyContextSchema.safeParse(replyContext);
  if (context.success) return context.data;
  throw new DocentError('INTERNAL', {
    userMessage: 'Something went wrong on our side. Ask again.',
    cause: context.error,
  });
}

/** The workspace of an event. */
export function tenantOfEvent(event: Pick<ChatEvent, 'address' | 'replyContext'>): Tenant {
  const { enterpriseId } = readReplyContext(event);
  return { teamId: event.address.workspaceId, ...(enterpriseId === null ? {} : { enterpriseId }) };
}

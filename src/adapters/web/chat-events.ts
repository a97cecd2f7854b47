import { z } from 'zod';
import type { Attachment, ChatAddress, ChatEvent } from '../../core/chat/chat-event.js';
import { type CreatorId, type EventId, eventIdSchema } from '../../core/ids.js';
import type { JsonValue } from '../../core/json.js';

/** The page's name in every address. */
export const PLATFORM = 'web';
/** All pages of one Docent are one workspace; creators are its channels. */
const WORKSPACE_ID = 'page';

/** What a reply is shown in: an exchange of a thread, a file's row, or the response that the page waits for. */
export const replyContextSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exchange'), exchangeId: z.string().min(1) }),
  z.object({ kind: z.literal('upload'), uploadId: z.string().min(1) }),
  z.object({ kind: z.literal('response') }),
]);
export type ReplyContext = z.infer<typeof replyContextSchema>;

/** What makes an event: who, where, and what is said. */
export interface WebEvent {
  readonly creatorId: CreatorId;
  readonly threadId: string | null;
  readonly memberId: string;
  readonly eventId: EventId;
  readonly receivedAt: number;
  readonly body: ChatEvent['body'];
  readonly attachments?: readonly Attachment[];
  readonly replyContext: ReplyContext;
}

/** A creator's room, or a thread in it. */
export function addressOf(creatorId: CreatorId, threadId: string | null): ChatAddress {
  return { platform: PLATFORM, workspaceId: WORKSPACE_ID, channelId: creatorId, threadId, isDirect: false };
}

/** The event's id: the page chooses `requestId`, so that a request sent twice is one event. */
export function eventIdFor(creatorId: CreatorId, requestId: string): EventId {
  return eventIdSchema.parse(`${PLATFORM}/${creatorId}/${requestId}`);
}

/** An event of the page. Whoever may open the page runs this Docent. */
export function chatEvent(event: WebEvent): ChatEvent {
  return {
    id: event.eventId,
    address: addressOf(event.creatorId, event.threadId),
    author: { memberId: event.memberId, displayName: 'Page', isBot: false, role: 'operator' },
    receivedAt: event.receivedAt,
    attachments: [...(event.attachments ?? [])],
    body: event.body,
    creatorId: event.creatorId,
    replyContext: event.replyContext,
  };
}

/** A question, which on this page is always meant for Docent. */
export function questionBody(text: string): ChatEvent['body'] {
  return { kind: 'message', text, mentionsDocent: true, mentionsOthers: false };
}

/** A command with its input, which the core checks. */
export function commandBody(name: string, input: Readonly<Record<string, JsonValue>>): ChatEvent['body'] {
  return { kind: 'command', name, input: { ...input } };
}

/** What stands in the transcript as the question. */
export function questionOf(body: ChatEvent['body']): string {
  return body.kind === 'message' ? body.text : `/${body.name}`;
}

import { z } from 'zod';
import {
  type ConversationId,
  type CreatorId,
  type MemberKey,
  blobIdSchema,
  conversationIdSchema,
  eventIdSchema,
  joinKey,
  memberKeySchema,
} from '../ids.js';
import { jsonSchema } from '../json.js';

const platformId = z.string().min(1).max(200);

/** Where something is said. */
export const chatAddressSchema = z.object({
  platform: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  workspaceId: platformId,
  channelId: platformId,
  /** null outside a thread. */
  threadId: platformId.nullable(),
  /** A private talk between one member and Docent. */
  isDirect: z.boolean(),
});
export type ChatAddress = z.infer<typeof chatAddressSchema>;

/** Whether two addresses are in one channel, in whatever threads of it. */
export function isSameChannel(one: ChatAddress, other: ChatAddress): boolean {
  return one.platform === other.platform && one.workspaceId === other.workspaceId && one.channelId === other.channelId;
}

/** A posted file, before its bytes are fetched. */
export const attachmentSchema = z.object({
  /** As the member's file was called: for display, never a path. */
  name: z.string().max(1_000),
  /** As the platform says; null when it does not. */
  sizeBytes: z.number().int().nonnegative().nullable(),
  /** Set when the bytes are kept already. */
  blob: z
    .object({ blobId: blobIdSchema, contentHash: z.string(), sizeBytes: z.number().int().nonnegative() })
    .optional(),
  /** The adapter's own data for downloading it. */
  reference: jsonSchema,
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** What a person may do: `member` asks, `manager` looks after a creator's knowledge, `operator` runs this Docent. */
export const roleSchema = z.enum(['member', 'manager', 'operator']);
export type Role = z.infer<typeof roleSchema>;

/** One thing that happened on a platform, in the shape that every platform shares. Stored until it is answered. */
export const chatEventSchema = z.object({
  id: eventIdSchema,
  address: chatAddressSchema,
  author: z.object({
    memberId: platformId,
    displayName: z.string().max(200),
    isBot: z.boolean(),
    role: roleSchema,
  }),
  /** Milliseconds since 1970. */
  receivedAt: z.number().int(),
  attachments: z.array(attachmentSchema).max(25),
  body: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('message'),
      text: z.string().max(100_000),
      mentionsDocent: z.boolean(),
      mentionsOthers: z.boolean(),
    }),
    z.object({
      kind: z.literal('command'),
      name: z.string().max(64),
      /** As the platform delivered it; checked against the command's own input schema. */
      input: z.record(z.string(), jsonSchema),
    }),
  ]),
  /**
   * The creator, where the platform itself knows it (the web page, a terminal) or the person chose one in a form, which is
   * checked when the event is answered; otherwise the channel's link decides.
   */
  creatorId: z.string().optional(),
  /** The adapter's own data for replying, also after a restart. */
  replyContext: jsonSchema,
});
export type ChatEvent = z.infer<typeof chatEventSchema>;

/** The member's key across channels of one workspace. */
export function memberKeyOf(event: Pick<ChatEvent, 'address' | 'author'>): MemberKey {
  return memberKeySchema.parse(joinKey([event.address.platform, event.address.workspaceId, event.author.memberId]));
}

/** The conversation's id: it holds the creator, so that relinking a channel never shows another creator's history. */
export function conversationIdOf(creatorId: CreatorId, address: ChatAddress): ConversationId {
  const { platform, workspaceId, channelId, threadId } = address;
  return conversationIdSchema.parse(joinKey([creatorId, platform, workspaceId, channelId, threadId ?? '']));
}

/** What keeps the events of one thread in order. */
export function threadKeyOf(address: ChatAddress): string {
  return joinKey([address.platform, address.workspaceId, address.channelId, address.threadId ?? '']);
}

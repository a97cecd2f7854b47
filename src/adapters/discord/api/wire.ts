import { z } from 'zod';

/**
 * What Docent reads of Discord's objects: the fields it uses, and no more, so that a new field breaks nothing.
 * @see https://discord.com/developers/docs/resources/message
 */
export const snowflakeSchema = z.string().regex(/^\d{1,20}$/);

const userSchema = z.object({
  id: snowflakeSchema,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
export type WireUser = z.infer<typeof userSchema>;

const attachmentSchema = z.object({
  id: snowflakeSchema,
  filename: z.string(),
  size: z.number().int().nonnegative(),
  url: z.string(),
});
export type WireAttachment = z.infer<typeof attachmentSchema>;

/** Somebody's place in a guild. */
export const memberSchema = z.object({ nick: z.string().nullish(), roles: z.array(snowflakeSchema) });
export type WireMember = z.infer<typeof memberSchema>;

/** Which message a message answers. */
const referenceSchema = z.object({ message_id: snowflakeSchema.optional() });

/** A message, from the gateway or from the API; from the latter `guild_id`, `member` and `channel_type` are missing. */
export const messageSchema = z.object({
  id: snowflakeSchema,
  channel_id: snowflakeSchema,
  guild_id: snowflakeSchema.optional(),
  channel_type: z.number().int().optional(),
  type: z.number().int(),
  author: userSchema,
  member: memberSchema.optional(),
  content: z.string(),
  mentions: z.array(userSchema),
  mention_roles: z.array(snowflakeSchema),
  mention_everyone: z.boolean(),
  attachments: z.array(attachmentSchema),
  webhook_id: snowflakeSchema.optional(),
  message_reference: referenceSchema.nullish(),
  referenced_message: z
    .object({ id: snowflakeSchema, author: userSchema, message_reference: referenceSchema.nullish() })
    .nullish(),
});
export type WireMessage = z.infer<typeof messageSchema>;

/** A message that was just posted or edited. */
export const postedMessageSchema = z.object({ id: snowflakeSchema, channel_id: snowflakeSchema });

const overwriteSchema = z.object({
  id: snowflakeSchema,
  type: z.union([z.literal(0), z.literal(1)]),
  allow: z.string(),
  deny: z.string(),
});
export type WireOverwrite = z.infer<typeof overwriteSchema>;

/** A channel or thread. */
export const channelSchema = z.object({
  id: snowflakeSchema,
  type: z.number().int(),
  guild_id: snowflakeSchema.optional(),
  parent_id: snowflakeSchema.nullish(),
  position: z.number().optional(),
  permission_overwrites: z.array(overwriteSchema).optional(),
});
export type WireChannel = z.infer<typeof channelSchema>;

const roleSchema = z.object({
  id: snowflakeSchema,
  permissions: z.string(),
  tags: z.object({ bot_id: snowflakeSchema.optional() }).optional(),
});

/** A guild, which people call a server. */
export const guildSchema = z.object({
  id: snowflakeSchema,
  name: z.string(),
  owner_id: snowflakeSchema,
  system_channel_id: snowflakeSchema.nullish(),
  roles: z.array(roleSchema),
});
export type WireGuild = z.infer<typeof guildSchema>;

/** A guild as the gateway tells of it: when it comes into sight, or was joined. */
export const guildCreateSchema = guildSchema.extend({
  joined_at: z.string(),
  channels: z.array(channelSchema).default([]),
  threads: z.array(channelSchema).default([]),
  /** Without the Guild Members Intent, the bot itself alone. */
  members: z.array(z.object({ user: z.object({ id: snowflakeSchema }), roles: z.array(snowflakeSchema) })).default([]),
});
export type WireGuildCreate = z.infer<typeof guildCreateSchema>;

/** The app itself. */
export const applicationSchema = z.object({
  id: snowflakeSchema,
  name: z.string(),
  flags: z.number().int().default(0),
});
export type WireApplication = z.infer<typeof applicationSchema>;

const EPOCH_MS = 1_420_070_400_000;

/** When a thing with this id was made, in milliseconds since 1970. */
export function createdAtOf(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH_MS;
}

/** The least id that a thing made at this time (milliseconds since 1970) can have. */
export function firstIdAt(ms: number): string {
  return String(BigInt(ms - EPOCH_MS) << 22n);
}

/** An id as text that sorts by age. */
export function sortableId(id: string): string {
  return id.padStart(20, '0');
}

/** How people see somebody's name. */
export function displayNameOf(user: WireUser, nick?: string | null): string {
  return (nick ?? user.global_name ?? user.username).slice(0, 200);
}

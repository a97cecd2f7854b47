import { MessageFlags } from 'discord.js';
import { z } from 'zod';
import { addFieldError } from '../form.js';
import { embedsSchema } from './embeds.js';
import { hasDuplicates, snowflakeSchema } from './fields.js';
import { checkLayout, messageComponentsSchema } from './message-components.js';

const SENDABLE = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;

/** Discord takes null for what is not there. */
function orUndefined<Value>(value: Value | null | undefined): Value | undefined {
  return value ?? undefined;
}

function flagsSchema(allowed: number): z.ZodType<number | null | undefined> {
  return z
    .int()
    .min(0)
    .nullish()
    .superRefine((flags, context) => {
      const unknown = (flags ?? 0) & ~allowed;
      if (unknown !== 0)
        addFieldError(context, [], 'MESSAGE_FLAGS_INVALID', `The flags ${unknown} cannot be set here.`);
    });
}

const idListSchema = z.array(snowflakeSchema).max(100).nullish();
const allowedMentionsSchema = z
  .strictObject({
    parse: z.array(z.enum(['users', 'roles', 'everyone'])).nullish(),
    users: idListSchema,
    roles: idListSchema,
    replied_user: z.boolean().nullish(),
  })
  .superRefine(({ parse, users, roles }, context) => {
    for (const [kind, ids] of [
      ['users', users],
      ['roles', roles],
    ] as const)
      if (parse?.includes(kind) === true && (ids?.length ?? 0) > 0)
        addFieldError(
          context,
          [],
          'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
          `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
        );
  });

const attachmentSchema = z.strictObject({
  id: z.union([z.int().min(0), snowflakeSchema]).transform(String),
  filename: z.string().max(1_024).optional(),
  title: z.string().max(1_024).nullish(),
  description: z.string().max(1_024).nullish(),
  duration_secs: z.number().optional(),
  waveform: z.string().optional(),
});

const bodyFields = {
  content: z.string().max(2_000).nullish(),
  tts: z.boolean().optional(),
  // They mean something for new messages of a channel alone; clients send them with everything.
  nonce: z
    .union([z.int(), z.string().max(25)])
    .transform(String)
    .nullish()
    .transform(orUndefined),
  enforce_nonce: z.boolean().optional(),
  embeds: embedsSchema.nullish(),
  allowed_mentions: allowedMentionsSchema.nullish().transform(orUndefined),
  components: messageComponentsSchema.nullish(),
  attachments: z
    .array(attachmentSchema)
    .max(10)
    .nullish()
    .transform(orUndefined)
    .superRefine((attachments, context) => {
      if (hasDuplicates((attachments ?? []).map(({ id }) => id)))
        addFieldError(context, [], 'ATTACHMENT_ID_DUPLICATED', 'An attachment is named twice.');
    }),
} as const;

interface LaidOut {
  readonly content?: string | null | undefined;
  readonly embeds?: readonly unknown[] | null | undefined;
  readonly components?: z.infer<typeof messageComponentsSchema> | null | undefined;
  readonly flags?: number | null | undefined;
}

function checkNewLayout(body: LaidOut, context: z.RefinementCtx): void {
  const hasNewLayout = ((body.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0;
  checkLayout(body.components ?? [], hasNewLayout, context);
  if (!hasNewLayout) return;
  for (const field of ['content', 'embeds'] as const)
    if ((body[field]?.length ?? 0) > 0)
      addFieldError(
        context,
        [field],
        'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
        `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
      );
}

function bodySchema<Extra extends z.ZodRawShape>(flags: number, extra: Extra) {
  return z.strictObject({ ...bodyFields, flags: flagsSchema(flags), ...extra });
}

/** A message to a channel (resources/message, Create Message). */
export const createMessageSchema = bodySchema(SENDABLE, {
  message_reference: z
    .strictObject({
      type: z.literal(0).optional(),
      message_id: snowflakeSchema,
      channel_id: snowflakeSchema.optional(),
      guild_id: snowflakeSchema.optional(),
      fail_if_not_exists: z.boolean().optional(),
    })
    .nullish()
    .transform(orUndefined),
}).superRefine(checkNewLayout);

/** The first message of a forum post. */
export const forumMessageSchema = bodySchema(SENDABLE, {}).superRefine(checkNewLayout);

/** A message that answers an interaction, or follows that answer. */
export const interactionMessageSchema = bodySchema(SENDABLE | MessageFlags.Ephemeral, {}).superRefine(checkNewLayout);

/**
 * What may be edited. Flags that are not `SUPPRESS_EMBEDS` and `IS_COMPONENTS_V2` are passed over, as Discord does; the layout
 * is checked on the edited message, which may have the new one already.
 */
export const editMessageSchema = z.strictObject({ ...bodyFields, flags: z.int().min(0).nullish() });

/** A message body, once it is read. */
export type MessageBody = z.infer<typeof interactionMessageSchema>;
export type EditBody = z.infer<typeof editMessageSchema>;

/** The layout of an edited message: everything it has now. */
export const editedLayoutSchema = z
  .object({
    content: z.string(),
    embeds: z.array(z.unknown()),
    components: messageComponentsSchema,
    flags: z.int(),
  })
  .superRefine(checkNewLayout);

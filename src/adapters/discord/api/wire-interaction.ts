import { ApplicationCommandType, ComponentType, InteractionType } from 'discord.js';
import { z } from 'zod';
import { channelSchema, messageSchema, snowflakeSchema } from './wire.js';

const userSchema = messageSchema.shape.author;
const attachmentsSchema = z.record(z.string(), messageSchema.shape.attachments.element).default({});

const optionSchema = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});

/** Of a message that a component sits on, or that a context menu is for. */
const targetMessageSchema = messageSchema.pick({
  id: true,
  author: true,
  attachments: true,
  message_reference: true,
});

const slashSchema = z.object({
  type: z.literal(ApplicationCommandType.ChatInput),
  name: z.string(),
  options: z.array(optionSchema).default([]),
  resolved: z.object({ attachments: attachmentsSchema }).default({ attachments: {} }),
});

const menuSchema = z.object({
  type: z.literal(ApplicationCommandType.Message),
  name: z.string(),
  target_id: snowflakeSchema,
  resolved: z.object({ messages: z.record(z.string(), targetMessageSchema) }),
});

/** What a modal's input was given. */
const modalValueSchema = z.object({
  type: z.number().int(),
  custom_id: z.string(),
  value: z.union([z.string(), z.boolean()]).nullish(),
  values: z.array(z.string()).optional(),
});
export type WireModalValue = z.infer<typeof modalValueSchema>;

const modalSchema = z.object({
  custom_id: z.string(),
  components: z.array(z.object({ type: z.literal(ComponentType.Label), component: modalValueSchema })),
  resolved: z.object({ attachments: attachmentsSchema }).default({ attachments: {} }),
});

const componentSchema = z.object({ custom_id: z.string(), values: z.array(z.string()).default([]) });

const common = {
  id: snowflakeSchema,
  application_id: snowflakeSchema,
  token: z.string().min(1),
  guild_id: snowflakeSchema.optional(),
  channel: channelSchema,
  member: z
    .object({
      user: userSchema,
      nick: z.string().nullish(),
      roles: z.array(snowflakeSchema),
      permissions: z.string(),
    })
    .optional(),
  user: userSchema.optional(),
  /** The message that the component is on, or that the modal was opened from. */
  message: targetMessageSchema.optional(),
};

/**
 * Something that somebody started, as far as Docent uses it.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
 */
export const interactionSchema = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal(InteractionType.ApplicationCommand),
    data: z.discriminatedUnion('type', [slashSchema, menuSchema]),
  }),
  z.object({ ...common, type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: slashSchema }),
  z.object({ ...common, type: z.literal(InteractionType.MessageComponent), data: componentSchema }),
  z.object({ ...common, type: z.literal(InteractionType.ModalSubmit), data: modalSchema }),
]);
export type WireInteraction = z.infer<typeof interactionSchema>;
/** A slash command, a context menu or what is offered for a slash command's option. */
export type WireCommand = Extract<WireInteraction, { type: 2 | 4 }>;
/** A button that was pressed, or a choice from a select. */
export type WireComponent = Extract<WireInteraction, { type: 3 }>;
/** A form that was sent. */
export type WireModal = Extract<WireInteraction, { type: 5 }>;
/** What a slash command was given. */
export type WireSlash = z.infer<typeof slashSchema>;

import { type APIApplicationCommandOptionChoice, InteractionType, MessageFlags, MessageType } from 'discord.js';
import { z } from 'zod';
import { fieldRefusal, readForm } from './form.js';
import type { Interaction } from './interaction-run.js';
import { RESPONSE_MS, TOKEN_MS } from './interactions.js';
import { autocompleteSchema } from './limits/commands.js';
import { editMessageSchema, interactionMessageSchema } from './limits/messages.js';
import { modalSchema } from './limits/modals.js';
import { defaultMentions } from './mentions.js';
import { type BodyContext, type RequestFile, contextOf, readEditBody, readMessageBody } from './message-bodies.js';
import { draftMessage, isPublic, publishMessage, updateMessage } from './messages.js';
import { Refusal } from './refusal.js';
import type { World } from './state.js';
import type { Message } from './world.js';

const callbackSchema = z.strictObject({ type: z.literal([4, 5, 6, 7, 8, 9]), data: z.unknown().optional() });
const deferSchema = z.strictObject({ flags: z.literal([0, MessageFlags.Ephemeral]).optional() }).optional();

/** Kinds of response by the kind of interaction (receiving-and-responding, Interaction Callback Type). */
const allowedResponses: Partial<Record<InteractionType, readonly number[]>> = {
  [InteractionType.ApplicationCommand]: [4, 5, 9],
  [InteractionType.MessageComponent]: [4, 5, 6, 7, 9],
  [InteractionType.ApplicationCommandAutocomplete]: [8],
  [InteractionType.ModalSubmit]: [4, 5],
};

/** Takes the first response. @throws Refusal 10062 when it is late, 40060 when it is the second. */
export function respond(world: World, interaction: Interaction, body: unknown, files: readonly RequestFile[]): void {
  if (interaction.acknowledgement !== undefined) throw new Refusal('ALREADY_ACKNOWLEDGED');
  if (world.clock.now() - interaction.createdAtMs > RESPONSE_MS) throw new Refusal('UNKNOWN_INTERACTION');
  const { type, data } = readForm(callbackSchema, body);
  // A modal that a component opened is answered as the component is.
  const isFromMessage = interaction.type === InteractionType.ModalSubmit && interaction.source !== undefined;
  const allowed = [...(allowedResponses[interaction.type] ?? []), ...(isFromMessage ? [6, 7] : [])];
  if (!allowed.includes(type))
    throw fieldRefusal(['type'], 'INTERACTION_RESPONSE_TYPE_INVALID', `Value must be one of (${allowed.join(', ')}).`);
  switch (type) {
    case 4: {
      const message = answer(world, interaction, data ?? {}, files, MessageType.ChatInputCommand);
      interaction.original = message;
      interaction.acknowledge('reply');
      interaction.show(message);
      return;
    }
    case 5: {
      const flags = (readForm(deferSchema, data)?.flags ?? 0) | MessageFlags.Loading;
      interaction.original = deliver(world, interaction, { flags }, MessageType.ChatInputCommand);
      interaction.acknowledge('deferred');
      return;
    }
    case 6:
      interaction.original = interaction.source;
      interaction.acknowledge('deferred-update');
      return;
    case 7:
      interaction.original = interaction.source;
      editOriginal(world, interaction, data ?? {}, files);
      interaction.acknowledge('update');
      return;
    case 8:
      interaction.choices = readForm(autocompleteSchema, data).choices as APIApplicationCommandOptionChoice[];
      interaction.acknowledge('choices');
      return;
    case 9:
      interaction.openModal = readForm(modalSchema, data);
      interaction.acknowledge('modal');
  }
}

/** The interaction of a token. @throws Refusal when it is unknown, was never answered in time, or is older than 15 minutes. */
export function openInteraction(world: World, token: string): Interaction {
  const interaction = world.interactions.get(token);
  if (interaction?.acknowledgement === undefined) throw new Refusal('UNKNOWN_WEBHOOK');
  if (world.clock.now() - interaction.createdAtMs > TOKEN_MS) throw new Refusal('INVALID_WEBHOOK_TOKEN');
  return interaction;
}

/** Sends a message after the first response. Right after a defer it fills the message that is loading. */
export function followUp(
  world: World,
  interaction: Interaction,
  body: unknown,
  files: readonly RequestFile[],
): Message {
  if (isLoading(interaction.original)) {
    const { flags: _fixed, ...rest } = readForm(interactionMessageSchema, body);
    return editOriginal(world, interaction, rest, files);
  }
  const message = answer(world, interaction, body, files, MessageType.Reply);
  interaction.show(message);
  return message;
}

/** A message of an interaction: `@original`, or one by its id. @throws Refusal 10008. */
export function messageOf(interaction: Interaction, id: string): Message {
  const message = id === '@original' ? interaction.original : interaction.messages.find((known) => known.id === id);
  if (message === undefined) throw new Refusal('UNKNOWN_MESSAGE');
  return message;
}

/** Edits `@original`. */
export function editOriginal(
  world: World,
  interaction: Interaction,
  body: unknown,
  files: readonly RequestFile[],
): Message {
  return editAnswer(world, interaction, messageOf(interaction, '@original'), body, files);
}

/** Edits a message of an interaction; one that is loading has content then. */
export function editAnswer(
  world: World,
  interaction: Interaction,
  message: Message,
  body: unknown,
  files: readonly RequestFile[],
): Message {
  const context = contextOf(bodyContext(world, interaction, files), message);
  const changes = readEditBody(context, message, readForm(editMessageSchema, body));
  const flags = (changes.flags ?? 0) & ~MessageFlags.Loading;
  updateMessage(world, interaction.channel, message, { ...changes, flags });
  interaction.show(message);
  return message;
}

function isLoading(message: Message | undefined): boolean {
  return ((message?.flags ?? 0) & MessageFlags.Loading) !== 0;
}

function bodyContext(
  world: World,
  { channel }: Interaction,
  files: readonly RequestFile[],
): Omit<BodyContext, 'isEphemeral'> {
  return { world, channel, files, mentions: defaultMentions.interaction };
}

function answer(
  world: World,
  interaction: Interaction,
  data: unknown,
  files: readonly RequestFile[],
  type: MessageType,
): Message {
  const body = readForm(interactionMessageSchema, data);
  const ephemeral = (body.flags ?? 0) & MessageFlags.Ephemeral;
  const context = { ...bodyContext(world, interaction, files), isEphemeral: ephemeral !== 0 };
  const read = readMessageBody(context, world.nextId(), body);
  return deliver(world, interaction, { ...read, flags: (read.flags ?? 0) | ephemeral }, type);
}

function deliver(world: World, interaction: Interaction, draft: Partial<Message>, type: MessageType): Message {
  const { channel, metadata, messages } = interaction;
  const message = draftMessage(world, channel, {
    ...draft,
    author: world.bot,
    type,
    application_id: world.applicationId,
    webhook_id: world.applicationId,
    interaction_metadata: metadata,
  });
  messages.push(message);
  if (isPublic(message)) publishMessage(world, channel, message);
  return message;
}

import type { Attachment, ChatEvent } from '../../../core/chat/chat-event.js';
import { describeInput } from '../../../core/chat/command-input.js';
import type { CommandDefinition } from '../../../core/chat/command.js';
import type { JsonValue } from '../../../core/json.js';
import { fileOptionName, optionNameOf } from '../commands/command-payload.js';
import { reference } from '../api/download.js';
import { eventIdFor } from './event-id.js';
import { addressIn } from '../api/places.js';
import type { ReplyContext } from '../reply/reply-context.js';
import type { RoleOf } from '../api/roles.js';
import { type WireAttachment, createdAtOf, displayNameOf } from '../api/wire.js';
import type { WireInteraction, WireSlash } from '../api/wire-interaction.js';

/** What a person's interaction asks for, as it was read. */
export interface InteractionRequest {
  readonly command: CommandDefinition;
  readonly input: Readonly<Record<string, JsonValue>>;
  readonly files: readonly WireAttachment[];
  /** Whose knowledge is meant, where the person chose among those of this server; otherwise the channel's link decides. */
  readonly creatorId?: string | undefined;
  /** The message that the conversation outside a thread began with; null where it has none. */
  readonly rootId: string | null;
  readonly replyContext: ReplyContext | null;
}

/** An interaction as an event. @throws Error for one of nobody, which Discord does not send. */
export function interactionEvent(
  interaction: WireInteraction,
  roleOf: RoleOf,
  { command, input, files, creatorId, rootId, replyContext }: InteractionRequest,
): ChatEvent {
  const { member } = interaction;
  const user = userOf(interaction);
  const person = {
    userId: user.id,
    roleIds: member?.roles ?? [],
    permissions: BigInt(member?.permissions ?? '0'),
  };
  return {
    id: eventIdFor(interaction.id),
    address: addressIn(interaction.channel, interaction.guild_id, rootId),
    author: {
      memberId: user.id,
      displayName: displayNameOf(user, member?.nick),
      isBot: user.bot === true,
      role: roleOf(person),
    },
    receivedAt: createdAtOf(interaction.id),
    attachments: files.map(givenAttachment),
    body: { kind: 'command', name: command.name, input: { ...input } },
    ...(creatorId === undefined ? {} : { creatorId }),
    replyContext,
  };
}

/** Who started an interaction: a member in a guild, a user elsewhere. @throws Error for neither. */
export function userOf({ member, user }: Pick<WireInteraction, 'member' | 'user'>) {
  const who = member?.user ?? user;
  if (who === undefined) throw new Error('an interaction names nobody');
  return who;
}

/** The inputs and files of a slash command, by the names of the command's own inputs. */
export function readSlash(
  command: CommandDefinition,
  { options, resolved }: WireSlash,
): { readonly input: Record<string, JsonValue>; readonly files: readonly WireAttachment[] } {
  const fields = new Map(describeInput(command).map((field) => [optionNameOf(field), field.name]));
  const input: Record<string, JsonValue> = {};
  const files: WireAttachment[] = [];
  for (const { name, value } of options) {
    const field = fields.get(name);
    const file = typeof value === 'string' ? resolved.attachments[value] : undefined;
    if (field !== undefined && value !== undefined) input[field] = value;
    else if (isFileOption(name) && file !== undefined) files.push(file);
  }
  return { input, files };
}

function isFileOption(name: string): boolean {
  return name === fileOptionName(0) || name.startsWith(`${fileOptionName(0)}-`);
}

function givenAttachment(attachment: WireAttachment): Attachment {
  return {
    name: attachment.filename.slice(0, 1_000),
    sizeBytes: attachment.size,
    reference: reference.given(attachment),
  };
}

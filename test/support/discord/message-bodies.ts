import { type APIAttachment, type AllowedMentionsTypes, MessageFlags } from 'discord.js';
import { fieldRefusal, readForm } from './form.js';
import { flattenComponents } from './limits/message-components.js';
import { type EditBody, type MessageBody, editedLayoutSchema } from './limits/messages.js';
import { mentionableText, mentionsIn } from './mentions.js';
import { isPublic } from './messages.js';
import { Refusal } from './refusal.js';
import type { World } from './state.js';
import type { Channel, Message, Upload } from './world.js';

/** A file of a multipart request: `files[n]`. */
export interface RequestFile {
  readonly index: string;
  readonly upload: Upload;
}

/** Where a body is read for. */
export interface BodyContext {
  readonly world: World;
  readonly channel: Channel;
  readonly files: readonly RequestFile[];
  /** What is parsed when the body has no `allowed_mentions`. */
  readonly mentions: readonly `${AllowedMentionsTypes}`[];
  readonly isEphemeral: boolean;
}

const MAX_ATTACHMENTS = 10;
const EDITABLE = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;

/** The parts of a message that its body decides on, but for its author. @throws Refusal for what Discord does not take. */
export function readMessageBody(
  context: BodyContext,
  id: string,
  body: MessageBody,
): Partial<Message> & { id: string } {
  const attachments = attach(context, [], body.attachments);
  const content = (body.content ?? '').trim();
  const components = (body.components ?? []) as Message['components'] & object;
  const embeds = richEmbeds(body.embeds);
  refuseEmpty(content, embeds, components, attachments);
  checkReferences(components, attachments);
  const text = mentionableText(content, body.components ?? []);
  return {
    id,
    content,
    components,
    attachments,
    embeds,
    tts: body.tts ?? false,
    flags: (body.flags ?? 0) & ~MessageFlags.Ephemeral,
    ...mentionFields(context, id, text, body.allowed_mentions, 'send'),
  };
}

/** What an edit changes in a message. @throws Refusal for what Discord does not take. */
export function readEditBody(context: BodyContext, message: Message, body: EditBody): Partial<Message> {
  const edited = {
    content: body.content === undefined ? message.content : (body.content ?? '').trim(),
    embeds: body.embeds === undefined ? message.embeds : richEmbeds(body.embeds),
    components: (body.components === undefined ? (message.components ?? []) : (body.components ?? [])) as NonNullable<
      Message['components']
    >,
    flags: editedFlags(message.flags ?? 0, body.flags),
  };
  const { components } = readForm(editedLayoutSchema, edited);
  const attachments = attach(context, message.attachments, body.attachments);
  refuseEmpty(edited.content, edited.embeds, components, attachments);
  checkReferences(components, attachments);
  const isTextNew = body.content !== undefined || body.components !== undefined;
  return {
    ...edited,
    attachments,
    edited_timestamp: new Date(context.world.clock.now()).toISOString(),
    ...(isTextNew &&
      mentionFields(context, message.id, mentionableText(edited.content, components), body.allowed_mentions, 'edit')),
  };
}

function richEmbeds(embeds: MessageBody['embeds']): Message['embeds'] {
  return (embeds ?? []).map((embed) => ({ ...embed, type: 'rich' }) as Message['embeds'][number]);
}

/** `SUPPRESS_EMBEDS` may come and go, `IS_COMPONENTS_V2` may come; the other flags are as they were. */
function editedFlags(before: number, asked: number | null | undefined): number {
  return (before & ~MessageFlags.SuppressEmbeds) | ((asked ?? before) & EDITABLE);
}

function mentionFields(
  { world, channel, mentions: defaults }: BodyContext,
  messageId: string,
  text: string,
  allowed: MessageBody['allowed_mentions'],
  by: 'send' | 'edit',
): Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'> {
  const { users, roleIds, isEveryone, texts } = mentionsIn(world, text, allowed, defaults);
  for (const mention of texts) world.pings.push({ channelId: channel.id, messageId, mention, by });
  return { mentions: [...users], mention_roles: [...roleIds], mention_everyone: isEveryone };
}

function refuseEmpty(content: string, ...lists: readonly (readonly unknown[])[]): void {
  if (content === '' && lists.every((list) => list.length === 0)) throw new Refusal('EMPTY_MESSAGE');
}

/** The files that the message has in the end: kept ones and new ones (reference, Uploading Files). */
function attach(
  { world, channel, files, isEphemeral }: BodyContext,
  present: readonly APIAttachment[],
  named: MessageBody['attachments'],
): APIAttachment[] {
  for (const [index, { id }] of (named ?? []).entries())
    if (!present.some((attachment) => attachment.id === id) && !files.some((file) => file.index === id))
      throw fieldRefusal(['attachments', index], 'ATTACHMENT_NOT_FOUND', `There is no file or attachment ${id}.`);
  const kept = named === undefined ? present : present.filter(({ id }) => named.some((entry) => entry.id === id));
  if (kept.length + files.length > MAX_ATTACHMENTS)
    throw fieldRefusal(['attachments'], 'BASE_TYPE_MAX_LENGTH', `Must be ${MAX_ATTACHMENTS} or fewer in length.`);
  const added = files.map(({ index, upload }) => {
    const entry = named?.find(({ id }) => id === index);
    return world.files.add(
      { ...upload, name: entry?.filename ?? upload.name },
      { id: world.nextId(), channelId: channel.id, isEphemeral, description: entry?.description ?? null },
    );
  });
  return [...kept, ...added];
}

function checkReferences(components: readonly unknown[], attachments: readonly APIAttachment[]): void {
  for (const component of flattenComponents(components as Parameters<typeof flattenComponents>[0])) {
    const url = 'file' in component ? (component.file as { readonly url: string }).url : undefined;
    if (url !== undefined && !attachments.some(({ filename }) => url === `attachment://${filename}`))
      throw fieldRefusal(
        ['components'],
        'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
        `There is no file for ${url}.`,
      );
  }
}

/** The context for the body of a message that is there. */
export function contextOf(context: Omit<BodyContext, 'isEphemeral'>, message: Message): BodyContext {
  return { ...context, isEphemeral: !isPublic(message) };
}

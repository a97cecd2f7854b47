import { repliesOf } from './messages.js';
import { type World, existing } from './state.js';
import type { Channel, Message, StoredFile, User } from './world.js';

/** A JSON object that Slack sends. */
export type Payload = Record<string, unknown>;

const EXTENSION_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  txt: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  csv: 'text/csv',
  png: 'image/png',
};

/** The end of a file's name, in small letters. */
export function extensionOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** The type that Slack gives a file by the end of its name. */
export function mimeTypeOf(name: string): string {
  return EXTENSION_TYPES[extensionOf(name)] ?? 'application/octet-stream';
}

/**
 * Whether Slack has looked through a file: until then it has no type, and no block may show it
 * (slackapi/java-slack-sdk#1349, slackapi/slack-github-action#413).
 */
export function isScanned({ clock }: World, { scannedAtMs = 0 }: StoredFile): boolean {
  return clock.now() >= scannedAtMs;
}

/** A file in full (reference/objects/file-object). */
export function describeFile(world: World, file: StoredFile): Payload {
  const address = `${world.url}/files-pri/${file.teamId}-${file.id}`;
  const name = encodeURIComponent(file.name);
  const isExternal = file.externalUrl !== undefined;
  const isKnown = isScanned(world, file);
  return {
    id: file.id,
    created: Math.floor(world.clock.now() / 1_000),
    timestamp: Math.floor(world.clock.now() / 1_000),
    name: file.name,
    title: file.name,
    mimetype: isKnown ? file.mimeType : '',
    filetype: isKnown ? extensionOf(file.name) : '',
    pretty_type: isKnown ? extensionOf(file.name).toUpperCase() : '',
    user: file.userId,
    user_team: file.teamId,
    editable: false,
    size: file.fault.saidSizeBytes ?? file.bytes.length,
    mode: isExternal ? 'external' : 'hosted',
    is_external: isExternal,
    external_type: isExternal ? 'gdrive' : '',
    is_public: false,
    public_url_shared: false,
    display_as_bot: false,
    username: '',
    url_private: file.externalUrl ?? `${address}/${name}`,
    ...(isExternal ? {} : { url_private_download: `${address}/download/${name}` }),
    permalink: `${world.url}/files/${file.userId}/${file.id}/${name}`,
    has_rich_preview: false,
    file_access: 'visible',
  };
}

/** A file as messages show it: by its id alone when it was deleted, or where Slack Connect hides the rest. */
function describeFileInEvent(world: World, fileId: string): Payload {
  const file = world.files.get(fileId);
  if (file === undefined) return { id: fileId, mode: 'tombstone' };
  return file.isHiddenInEvents
    ? { id: file.id, created: 0, timestamp: 0, mode: 'file_access', file_access: 'check_file_info' }
    : describeFile(world, file);
}

/** A message as the Web API and events show it. */
export function describeMessage(world: World, message: Message): Payload {
  const channel = existing(world.channels, 'channel', message.channelId);
  const root = message.threadTs === undefined ? undefined : channel.messages.get(message.threadTs);
  const replies = repliesOf(channel, message.ts);
  const last = replies.at(-1);
  return {
    type: 'message',
    user: message.userId,
    ts: message.ts,
    text: message.text,
    team: message.teamId,
    ...(message.botId === undefined
      ? { client_msg_id: `00000000-0000-4000-8000-${message.ts.replace('.', '').slice(-12)}` }
      : { bot_id: message.botId, app_id: world.app.appId, bot_profile: describeBot(world, message) }),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(message.fileIds.length === 0 ? {} : { files: message.fileIds.map((id) => describeFileInEvent(world, id)) }),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs, parent_user_id: root?.userId }),
    ...(last === undefined
      ? {}
      : { thread_ts: message.ts, reply_count: replies.length, latest_reply: last.ts, subscribed: false }),
    ...(message.isEdited ? { edited: { user: message.userId, ts: message.ts } } : {}),
    ...(message.stream === undefined
      ? {}
      : { streaming_state: message.stream === 'in_progress' ? 'in_progress' : 'completed' }),
    ...(message.reactions.size === 0
      ? {}
      : {
          reactions: [...message.reactions].map(([name, users]) => ({ name, users: [...users], count: users.size })),
        }),
  };
}

function describeBot(world: World, message: Message): Payload {
  return { id: message.botId, app_id: world.app.appId, name: 'docent', team_id: message.teamId, deleted: false };
}

/** A user (reference/objects/user-object). */
export function describeUser(user: User): Payload {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    real_name: user.name,
    deleted: user.isDeleted,
    is_admin: user.role === 'admin' || user.role === 'owner',
    is_owner: user.role === 'owner',
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.role === 'bot',
    is_app_user: false,
    profile: { real_name: user.name, display_name: user.name },
  };
}

/** A conversation (reference/objects/conversation-object). */
export function describeChannel(channel: Channel, botUserId: string): Payload {
  const isDirect = channel.kind === 'im';
  return {
    id: channel.id,
    ...(isDirect
      ? { user: [...channel.memberIds].find((id) => id !== botUserId) }
      : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: isDirect,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_archived: channel.isArchived,
    is_general: false,
    is_member: channel.memberIds.has(botUserId),
    context_team_id: channel.teamId,
    num_members: channel.memberIds.size,
  };
}

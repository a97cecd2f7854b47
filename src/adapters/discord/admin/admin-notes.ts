import { RequestMethod } from 'discord.js';
import { createBoundedMap } from '../../../core/bounded-map.js';
import type { ChatAddress, ChatEvent } from '../../../core/chat/chat-event.js';
import { notice } from '../../../core/chat/outgoing-message.js';
import { listed } from '../../../core/chat/words.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import type { Logger } from '../../../core/ports/logger.js';
import { HOW_TO_READ_ALL } from './app-health.js';
import { isRefusal } from '../api/discord-errors.js';
import { missingPermissions, permissionsOf } from '../api/permissions.js';
import type { Places } from '../api/places.js';
import { replyContextOf } from '../reply/reply-context.js';
import type { OnRefused } from '../reply/reply-messages.js';
import type { RestApi } from '../api/rest-api.js';
import { memberSchema } from '../api/wire.js';

/** Tells a place's admins what keeps Docent from doing its work there. */
export interface AdminNotes {
  /** Docent may not write where it was asked: which permissions are missing, and where to give them. */
  readonly onRefused: OnRefused;
  /** Docent hears only what is meant for it, said once. */
  tellOfMessageContent(address: ChatAddress): void;
}

/** What the notes are made with. */
export interface AdminNotesOptions {
  readonly api: RestApi;
  readonly places: Places;
  /** Whether the settings ask for the words of every message. */
  readonly wantsMessageContent: boolean;
  /** Undefined in a process that does not answer: then it is logged alone. */
  host(): Pick<ChatHost, 'warn'> | undefined;
  botId(signal: AbortSignal): Promise<string>;
  readonly logger: Logger;
}

const TIMEOUT_MS = 30_000;
const MAX_TOLD = 1_000;

/** Notes that were given are remembered by the host; here only what spares asking it again. */
export function createAdminNotes(options: AdminNotesOptions): AdminNotes {
  const { api, places, wantsMessageContent, host, botId, logger } = options;
  const told = createBoundedMap<string, true>(MAX_TOLD);

  /** Says whether there are admins who can hear it. */
  async function warn(address: ChatAddress, key: string, text: string): Promise<boolean> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return (await host()?.warn(address, { key, message: notice(text), signal })) === true;
  }

  async function missingIn(guildId: string, channelId: string): Promise<string[]> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const userId = await botId(signal);
    const path = `/guilds/${guildId}/members/${userId}` as const;
    const [member, guild, channel] = await Promise.all([
      api.call({ method: RequestMethod.Get, path, signal }, memberSchema),
      places.guild(guildId, signal),
      places.channel(channelId, signal),
    ]);
    const holder = { userId, roleIds: member.roles };
    return missingPermissions(permissionsOf(guild, holder, channel.permission_overwrites));
  }

  async function tellOfPermissions(event: ChatEvent): Promise<void> {
    const { workspaceId, channelId, isDirect } = event.address;
    if (isDirect) return;
    // A channel that may not be seen may not be asked about either.
    const missing = await missingIn(workspaceId, channelId).catch(() => ['View Channels']);
    const names = listed(missing.length === 0 ? ['Send Messages in Threads'] : missing);
    logger.warn('discord.permissions-missing', { channelId, missing: names });
    const { channelId: place } = replyContextOf(event);
    await warn(
      event.address,
      `discord-permissions/${channelId}/${names}`,
      `I was asked something in <#${place}> and may not answer there. Give my role **${names}**: Edit Channel → Permissions, or Server Settings → Roles.`,
    );
  }

  async function tellOfMessageContent(address: ChatAddress): Promise<void> {
    const isHeard = await warn(
      address,
      `discord-message-content/${address.workspaceId}`,
      `I cannot read messages that do not mention me, so follow-ups in a thread need a mention, a reply to me, \`/ask\`, or the button "Ask a follow-up". ${wantsMessageContent ? HOW_TO_READ_ALL : 'Whoever runs me has chosen that.'}`,
    );
    // There may be an admin channel later.
    if (!isHeard) told.delete(address.channelId);
  }

  return {
    onRefused(event, error) {
      if (!isRefusal(error, 'missingAccess', 'missingPermissions', 'noHistoryForReply')) return;
      tellOfPermissions(event).catch((unsaid: unknown) => logger.warn('discord.note-not-given', {}, unsaid));
    },

    tellOfMessageContent(address) {
      if (address.isDirect || told.get(address.channelId) === true) return;
      told.set(address.channelId, true);
      tellOfMessageContent(address).catch((unsaid: unknown) => {
        told.delete(address.channelId);
        logger.warn('discord.note-not-given', {}, unsaid);
      });
    },
  };
}

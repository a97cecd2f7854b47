import type { ChatAdapter, ChatHost } from '../ports/chat-adapter.js';
import type { CreatorLinks } from './creator-links.js';

/** Warnings go to the admin channel of the creator that a place is linked to, on whatever platform that is. */
export function createAdminWarnings({
  links,
  adapters,
}: {
  readonly links: Pick<CreatorLinks, 'find' | 'adminChannel'>;
  /** By platform; read when a warning is posted. */
  readonly adapters: ReadonlyMap<string, Pick<ChatAdapter, 'post'>>;
}): ChatHost['warn'] {
  return async (address, { key, message, signal }) => {
    const link = await links.find(address);
    const adminChannel = link === undefined ? undefined : await links.adminChannel(link.creatorId);
    const adapter = adminChannel === undefined ? undefined : adapters.get(adminChannel.platform);
    if (adminChannel === undefined || adapter === undefined) return false;
    await adapter.post(adminChannel, message, { key, signal });
    return true;
  };
}

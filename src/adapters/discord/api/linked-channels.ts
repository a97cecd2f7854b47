import { channelLinkCollection } from '../../../core/chat/channel-link.js';
import { joinKey } from '../../../core/ids.js';
import { type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import { PLATFORM } from '../platform.js';

/** A channel that has a creator of its own. */
export interface LinkedChannel {
  readonly guildId: string;
  readonly channelId: string;
}

/** Links that are read; further ones are looked at when somebody asks there. */
const MAX_LINKS = 200;

/** The channels that are linked, those of one guild together: in all guilds, or in one. @throws DocentError as `RecordStore.list`. */
export async function linkedChannels(recordStore: RecordStore, guildId?: string): Promise<LinkedChannel[]> {
  const prefix = `${joinKey(guildId === undefined ? [PLATFORM] : [PLATFORM, guildId])}/`;
  const links = await recordStore.list(channelLinkCollection, SYSTEM_SCOPE, { prefix, limit: MAX_LINKS });
  return links.flatMap(({ value: { workspaceId, channelId } }) =>
    channelId === null ? [] : [{ guildId: workspaceId, channelId }],
  );
}

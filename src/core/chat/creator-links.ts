import { createBoundedMap } from '../bounded-map.js';
import type { Creators } from '../creators.js';
import { DocentError } from '../errors.js';
import { type CreatorId, joinKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import { type Collection, type RecordStore, type StoredRecord, SYSTEM_SCOPE } from '../ports/record-store.js';
import { isRecent } from '../recent.js';
import { isRecordInvalid } from '../record-text.js';
import { type ChannelLink, type ChannelMode, channelLinkCollection } from './channel-link.js';
import { type ChatAddress, chatAddressSchema } from './chat-event.js';

/**
 * Which creator a channel belongs to. Reads come from a cache that is at most five minutes old, so that a link that
 * somebody took away opens no room for longer: also not while the store is away, when older entries cannot be renewed. That
 * there is no link is believed for ten seconds.
 */
export interface CreatorLinks {
  /** The channel's own link, or its workspace's, or undefined. @throws DocentError `ENGINE_UNAVAILABLE` for what is not in the cache while the store is away. */
  find(address: ChatAddress): Promise<ChannelLink | undefined>;
  /**
   * Links the channel, or the whole workspace, over an earlier link. Channels of the workspace that were linked to its
   * earlier creator move along, so that no room stays open by oversight.
   */
  link(
    address: ChatAddress,
    options: {
      readonly creatorId: CreatorId;
      readonly wholeWorkspace: boolean;
      readonly ingestion: ChannelLink['ingestion'];
    },
  ): Promise<ChannelLink>;
  /**
   * Puts a link back where its channel or workspace has none. Returns the creator that has one there, which stays;
   * undefined when the link was put back.
   */
  restore(link: ChannelLink): Promise<CreatorId | undefined>;
  /** Sets when Docent speaks in the address's channel alone. @throws DocentError `CREATOR_NOT_LINKED`. */
  setMode(address: ChatAddress, mode: ChannelMode, onlyWhenConfident: boolean): Promise<ChannelLink>;
  /** The links of a platform, at most 1,000, those of one workspace together; at most five minutes old, as `find`. */
  ofPlatform(platform: string): Promise<readonly ChannelLink[]>;
  /** Every link to the creator, on all platforms. Not from the cache. */
  ofCreator(creatorId: CreatorId): Promise<ChannelLink[]>;
  /** Where the creator's reports and warnings go. */
  setAdminChannel(creatorId: CreatorId, address: ChatAddress): Promise<void>;
  adminChannel(creatorId: CreatorId): Promise<ChatAddress | undefined>;
  /** Removes every link to the creator and its admin channel, and returns how many went. */
  eraseCreator(creatorId: CreatorId): Promise<number>;
}

/** Where a creator's reports go, by creator, in the system scope beside the links. */
const adminChannelCollection = {
  name: 'admin-channels',
  schema: chatAddressSchema,
} satisfies Collection<typeof chatAddressSchema>;

/** A link of another shape, by a fault or another version of Docent: it opens nothing, until somebody links anew over it. */
const UNREADABLE = 'unreadable';

const CACHE_MS = 5 * 60_000;
/** Whoever links a channel in one process asks in it at once, and may be heard by another. */
const MISSING_CACHE_MS = 10_000;
const MAX_CACHED_CHANNELS = 5_000;
const MAX_PLATFORM_LINKS = 1_000;
const PAGE_SIZE = 500;

/** What links are made over. */
export interface CreatorLinksOptions {
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly creators: Pick<Creators, 'add'>;
}

/** Keeps links as records in the system scope. */
export function createCreatorLinks({ recordStore, clock, creators }: CreatorLinksOptions): CreatorLinks {
  const cache = createBoundedMap<string, { readonly link: ChannelLink | undefined; readonly readAt: number }>(
    MAX_CACHED_CHANNELS,
  );
  const platforms = new Map<string, { readonly links: readonly ChannelLink[]; readonly readAt: number }>();

  const forgetCached = (): void => {
    cache.clear();
    platforms.clear();
  };

  const read = async (id: string): Promise<ChannelLink | undefined | typeof UNREADABLE> => {
    try {
      return (await recordStore.get(channelLinkCollection, SYSTEM_SCOPE, id))?.value;
    } catch (error) {
      if (isRecordInvalid(error)) return UNREADABLE;
      throw error;
    }
  };

  /** The channel's own link, or its workspace's: not where its own cannot be read, which may be another creator's. */
  async function readFor(address: ChatAddress): Promise<ChannelLink | undefined> {
    const own = await read(channelKey(address));
    return readable(own ?? (await read(workspaceKey(address))));
  }

  async function save(link: ChannelLink): Promise<ChannelLink> {
    await creators.add(link.creatorId);
    await recordStore.put(channelLinkCollection, SYSTEM_SCOPE, { id: linkId(link), value: link });
    // A workspace's link stands behind each of its channels' entries, so all of them are read anew.
    forgetCached();
    return link;
  }

  async function* all(prefix = ''): AsyncGenerator<StoredRecord<ChannelLink>> {
    let after: string | undefined;
    for (;;) {
      const position = after === undefined ? {} : { after };
      const page = await recordStore.list(channelLinkCollection, SYSTEM_SCOPE, {
        prefix,
        ...position,
        limit: PAGE_SIZE,
      });
      yield* page;
      if (page.length < PAGE_SIZE) return;
      after = page.at(-1)?.id;
    }
  }

  async function find(address: ChatAddress): Promise<ChannelLink | undefined> {
    const key = channelKey(address);
    const cached = cache.get(key);
    const cacheMs = cached?.link === undefined ? MISSING_CACHE_MS : CACHE_MS;
    if (cached !== undefined && isRecent(clock, cached.readAt, cacheMs)) return cached.link;
    const link = await readFor(address);
    cache.set(key, { link, readAt: clock.now() });
    return link;
  }

  async function moveChannels(address: ChatAddress, from: CreatorId, to: CreatorId): Promise<void> {
    for await (const { value } of all(`${workspaceKey(address)}/`))
      if (value.creatorId === from) await save({ ...value, creatorId: to });
  }

  return {
    find,

    async link(address, { creatorId, wholeWorkspace, ingestion }) {
      const { platform, workspaceId } = address;
      const earlier = readable(await read(wholeWorkspace ? workspaceKey(address) : channelKey(address)));
      const link = await save({
        platform,
        workspaceId,
        channelId: wholeWorkspace ? null : address.channelId,
        creatorId,
        mode: earlier?.mode ?? 'thread',
        onlyWhenConfident: earlier?.onlyWhenConfident ?? false,
        ingestion,
        linkedAt: clock.now(),
      });
      if (wholeWorkspace && earlier !== undefined && earlier.creatorId !== creatorId)
        await moveChannels(address, earlier.creatorId, creatorId);
      return link;
    },

    async restore(link) {
      const current = readable(await read(linkId(link)));
      if (current === undefined) await save(link);
      return current?.creatorId;
    },

    async setMode(address, mode, onlyWhenConfident) {
      const link = await readFor(address);
      if (link === undefined) throw notLinked(address);
      return save({ ...link, channelId: address.channelId, mode, onlyWhenConfident });
    },

    async ofPlatform(platform) {
      const cached = platforms.get(platform);
      if (cached !== undefined && isRecent(clock, cached.readAt, CACHE_MS)) return cached.links;
      const records = await recordStore.list(channelLinkCollection, SYSTEM_SCOPE, {
        prefix: joinKey([platform, '']),
        limit: MAX_PLATFORM_LINKS,
      });
      const found = records.map(({ value }) => value);
      platforms.set(platform, { links: found, readAt: clock.now() });
      return found;
    },

    async ofCreator(creatorId) {
      const links: ChannelLink[] = [];
      for await (const { value } of all()) if (value.creatorId === creatorId) links.push(value);
      return links;
    },

    async setAdminChannel(creatorId, address) {
      await creators.add(creatorId);
      await recordStore.put(adminChannelCollection, SYSTEM_SCOPE, { id: creatorId, value: address });
    },

    async adminChannel(creatorId) {
      return (await recordStore.get(adminChannelCollection, SYSTEM_SCOPE, creatorId))?.value;
    },

    async eraseCreator(creatorId) {
      let count = (await recordStore.delete(adminChannelCollection, SYSTEM_SCOPE, creatorId)) ? 1 : 0;
      for await (const { id, value } of all())
        if (value.creatorId === creatorId && (await recordStore.delete(channelLinkCollection, SYSTEM_SCOPE, id)))
          count++;
      forgetCached();
      return count;
    },
  };
}

/** The error of a channel that belongs to nobody, or of a direct talk with somebody who is in no channel that does not. */
export function notLinked({ isDirect }: Pick<ChatAddress, 'isDirect'>): DocentError {
  return new DocentError('CREATOR_NOT_LINKED', {
    userMessage: isDirect
      ? 'I have nothing to answer you from here: you are in no channel that has knowledge. Ask me in such a channel, or have a manager of one give it knowledge with the command "link".'
      : 'This channel has no knowledge of its own yet. A manager can give it one with the command "link", such as: link my-course',
  });
}

function readable(link: ChannelLink | undefined | typeof UNREADABLE): ChannelLink | undefined {
  return link === UNREADABLE ? undefined : link;
}

function workspaceKey({ platform, workspaceId }: ChatAddress): string {
  return joinKey([platform, workspaceId]);
}

function channelKey({ platform, workspaceId, channelId }: ChatAddress): string {
  return joinKey([platform, workspaceId, channelId]);
}

function linkId({ platform, workspaceId, channelId }: ChannelLink): string {
  return joinKey(channelId === null ? [platform, workspaceId] : [platform, workspaceId, channelId]);
}

import type { CreatorId } from '../ids.js';
import type { ChannelLink, ChannelMode } from './channel-link.js';
import type { ChatAddress } from './chat-event.js';

/** Which creator a channel belongs to. Reads come from a cache that is at most five minutes old. */
export interface CreatorLinks {
  /** The channel's own link, or its workspace's, or undefined. */
  find(address: ChatAddress): Promise<ChannelLink | undefined>;
  /** Links the channel, or the whole workspace, over an earlier link. */
  link(
    address: ChatAddress,
    options: {
      readonly creatorId: CreatorId;
      readonly wholeWorkspace: boolean;
      readonly ingestion: ChannelLink['ingestion'];
    },
  ): Promise<ChannelLink>;
  /** @throws DocentError `CREATOR_NOT_LINKED`. */
  setMode(address: ChatAddress, mode: ChannelMode, onlyWhenConfident: boolean): Promise<ChannelLink>;
  /** Where the creator's reports and warnings go. */
  setAdminChannel(creatorId: CreatorId, address: ChatAddress): Promise<void>;
  adminChannel(creatorId: CreatorId): Promise<ChatAddress | undefined>;
  /** Removes every link to the creator and returns how many went. */
  eraseCreator(creatorId: CreatorId): Promise<number>;
}

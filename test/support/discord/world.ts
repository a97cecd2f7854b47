import type { APIMessage, APIUser, ChannelType, PermissionsString } from 'discord.js';
import type { Person } from './people.js';

/** A file that somebody uploads. */
export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Default: none, as for a name that Discord does not know. */
  readonly contentType?: string;
  /** What Discord says the size is, in bytes. Default: the truth. */
  readonly statedSizeBytes?: number;
}

/** A message as it stands now: the API's own object. Edits change it in place. */
export type Message = APIMessage;

/** What a channel allows or denies a role or a user. */
export interface Overwrite {
  readonly kind: 'role' | 'member';
  readonly allow: bigint;
  readonly deny: bigint;
}

/** What only a thread has. */
export interface ThreadState {
  readonly ownerId: string;
  readonly createdAtMs: number;
  isArchived: boolean;
  isLocked: boolean;
  autoArchiveMinutes: number;
  archiveChangedAtMs: number;
  /** Whether the bot was told of it. */
  isAnnounced: boolean;
  readonly memberIds: Set<string>;
  appliedTags: readonly string[];
}

/** A channel, a thread, a forum post or a direct message. */
export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly guild: Guild | undefined;
  /** Of a thread: the channel it is in. */
  readonly parent: Channel | undefined;
  /** Of a direct message: who it is with. */
  readonly recipient: APIUser | undefined;
  readonly thread: ThreadState | undefined;
  name: string;
  isDeleted: boolean;
  readonly overwrites: Map<string, Overwrite>;
  /**
   * Oldest first; deleted and ephemeral ones are not among them. A thread that began with a message has a system message
   * (THREAD_STARTER_MESSAGE) first, as on Discord.
   */
  readonly messages: Message[];
  /** Who was seen typing, in order; never emptied. */
  readonly typing: { readonly userId: string; readonly atMs: number }[];
}

/** A role of a guild. */
export interface Role {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
  /** Of the role that came with a bot. */
  readonly botId?: string;
}

/** Somebody's place in a guild. */
export interface Member {
  readonly user: APIUser;
  readonly joinedAtMs: number;
  readonly roleIds: Set<string>;
  nickname: string | undefined;
}

/** What a channel is made of. */
export interface ChannelOptions {
  readonly name?: string;
  /** Default `text`. */
  readonly type?: 'text' | 'announcement' | 'forum' | 'category';
}

/** What a thread is made of. */
export interface ThreadOptions {
  readonly name?: string;
  /** Starts with it: the thread is the message's. */
  readonly message?: Message;
  /** Default: the guild's owner. */
  readonly owner?: Person;
  readonly isArchived?: boolean;
  readonly isLocked?: boolean;
  /** False: the bot is told nothing of it, so that a client does not know the thread. Default true. */
  readonly isAnnounced?: boolean;
}

/** What somebody joins with. */
export interface MemberOptions {
  /** Default: somebody new. */
  readonly person?: Person;
  readonly name?: string;
  /** Beside those of ordinary members. */
  readonly permissions?: readonly PermissionsString[];
  readonly roles?: readonly Role[];
  readonly isBot?: boolean;
}

/** A guild ("server") with the bot in it. Every change is dispatched as Discord does it. */
export interface Guild {
  readonly id: string;
  name: string;
  readonly owner: Person;
  readonly roles: Map<string, Role>;
  readonly members: Map<string, Member>;
  readonly channels: Map<string, Channel>;
  /** Whether the bot is in it. */
  hasBot: boolean;
  /** Listed as unavailable in READY and never created, as in an outage. */
  isUnavailable: boolean;
  addChannel(options?: ChannelOptions): Channel;
  /** A thread in a channel, or a post of a forum. */
  addThread(parent: Channel, options?: ThreadOptions): Channel;
  addRole(name: string, permissions?: readonly PermissionsString[]): Role;
  addMember(options?: MemberOptions): Person;
  /** Gives the bot these permissions in the whole guild, and no others. */
  setBotPermissions(permissions: readonly PermissionsString[]): void;
  /** Allows or denies the bot something in one channel. */
  overwriteBot(
    channel: Channel,
    change: { readonly allow?: readonly PermissionsString[]; readonly deny?: readonly PermissionsString[] },
  ): void;
  deleteChannel(channel: Channel): void;
  /** Archives, opens, locks, unlocks or renames a thread. */
  updateThread(
    thread: Channel,
    change: { readonly isArchived?: boolean; readonly isLocked?: boolean; readonly name?: string },
  ): void;
  /** The bot is removed. */
  removeBot(): void;
  /** The bot is invited (again): the guild is new to it. */
  inviteBot(): void;
}

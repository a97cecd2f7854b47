import type { MessageBlock } from './block-kit/blocks.js';
import type { MessageMetadata } from './block-kit/metadata.js';
import type { View } from './block-kit/views.js';

/** A workspace; `enterpriseId` when it is part of an enterprise grid. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly enterpriseId?: string;
}

/** An enterprise grid: an organisation of workspaces. */
export interface Enterprise {
  readonly id: string;
  readonly name: string;
}

/** What somebody may do in a workspace. */
export type Role = 'member' | 'admin' | 'owner' | 'bot';

/** A user of one workspace. */
export interface User {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  role: Role;
  isDeleted: boolean;
}

/** Users that are mentioned, or allowed, together. */
export interface UserGroup {
  readonly id: string;
  readonly teamId: string;
  readonly handle: string;
  readonly userIds: Set<string>;
}

/** What a conversation is. */
export type ChannelKind = 'public' | 'private' | 'im' | 'mpim';

/** A conversation. */
export interface Channel {
  readonly id: string;
  readonly teamId: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly memberIds: Set<string>;
  isArchived: boolean;
  /** Only admins may post: an app gets `restricted_action`. */
  isRestricted: boolean;
  /** Every message that stands in it, by ts, in order; replies too. */
  readonly messages: Map<string, Message>;
}

/** How a streamed message ended, or that it has not. */
export type StreamState = 'in_progress' | 'completed' | 'expired' | 'stopped_by_user';

/** A message as Slack keeps it. */
export interface Message {
  readonly teamId: string;
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly userId: string;
  /** Set when an app posted it. */
  readonly botId?: string;
  text: string;
  blocks: readonly MessageBlock[];
  metadata: MessageMetadata | undefined;
  fileIds: readonly string[];
  /** As the app asked; undefined where it did not say. */
  readonly unfurlLinks: boolean | undefined;
  readonly unfurlMedia: boolean | undefined;
  isEdited: boolean;
  stream: StreamState | undefined;
  /** Names of reactions with who gave them. */
  readonly reactions: Map<string, Set<string>>;
  /** Every text that people saw it with, oldest first: as a stream grew, or at each edit. */
  readonly texts: string[];
}

/** How a file's download misbehaves. */
export interface DownloadFault {
  /** Answers with a redirect to this address. */
  redirectTo?: string;
  /** The size that the file's description says; not what is sent. */
  saidSizeBytes?: number;
  /** The connection is cut behind so many bytes. */
  cutAfterBytes?: number;
  /** Answers with this status. */
  status?: number;
}

/** A file with its bytes. */
export interface StoredFile {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Buffer;
  /** Set for a file that lives elsewhere: `mode: 'external'`, with this address. */
  readonly externalUrl?: string;
  /** When Slack has looked through it; undefined for what is known from the start. Until then it has no type. */
  readonly scannedAtMs?: number;
  /** Events show it by id alone, with `file_access: 'check_file_info'`. */
  readonly isHiddenInEvents: boolean;
  fault: DownloadFault;
}

/** The app, installed in one workspace or in a whole organisation. */
export interface Installation {
  /** Undefined for an org-wide installation. */
  readonly teamId?: string;
  /** Set for an org-wide installation, and for a workspace of an organisation. */
  readonly enterpriseId?: string;
  readonly isOrgWide: boolean;
  readonly botToken: string;
  readonly botId: string;
  readonly botUserId: string;
  /** The person who installed it. */
  readonly installerId: string;
  readonly scopes: ReadonlySet<string>;
  state: 'active' | 'revoked' | 'uninstalled';
}

/** An agent's session, as Slack shows it at a thread. */
export interface AgentSession {
  readonly channelId: string;
  readonly threadTs: string;
  status: 'processing' | 'active' | 'suspended' | 'closed';
  title: string | undefined;
}

/** A view that is open, or a home tab. */
export interface OpenView {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  view: View;
  hash: string;
  /** Field errors by block id, as the person sees them. */
  errors: Readonly<Record<string, string>>;
}

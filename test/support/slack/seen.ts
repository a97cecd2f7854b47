import type { MessageBlock } from './block-kit/blocks.js';
import type { MessageMetadata } from './block-kit/metadata.js';
import type { View } from './block-kit/views.js';
import type { Message } from './world.js';

/** A message as people see it. */
export interface SeenMessage {
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly authorId: string;
  readonly isFromApp: boolean;
  /** Its blocks as text; its text where it has no blocks. */
  readonly text: string;
  readonly blocks: readonly MessageBlock[];
  readonly fallbackText: string;
  readonly isEdited: boolean;
  readonly stream: Message['stream'];
  /** The text at each time it changed, oldest first. */
  readonly texts: readonly string[];
  readonly fileIds: readonly string[];
  readonly metadata: MessageMetadata | undefined;
  readonly unfurlLinks: boolean | undefined;
  readonly unfurlMedia: boolean | undefined;
  readonly reactions: readonly string[];
}

/** A message that one person alone sees. */
export interface SeenEphemeral {
  readonly channelId: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly text: string;
  readonly blocks: readonly MessageBlock[];
}

/** A view as a person sees it. */
export interface SeenView {
  readonly viewId: string;
  readonly title: string;
  readonly submit: string | undefined;
  /** The blocks as text, one string a block. */
  readonly lines: readonly string[];
  readonly view: View;
  /** Field errors by block id. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What people see. */
export interface Screen {
  /** Messages of a channel outside threads, in order. */
  channel(channelId: string): readonly SeenMessage[];
  /** Replies of a thread, without its root, in order. */
  thread(channelId: string, threadTs: string): readonly SeenMessage[];
  /** The direct channel of a person with the app, everything in order. */
  direct(userId: string): readonly SeenMessage[];
  message(channelId: string, ts: string): SeenMessage;
  ephemerals(userId: string): readonly SeenEphemeral[];
  /** The modal on top, if one is open. */
  modal(userId: string): SeenView | undefined;
  home(userId: string): SeenView | undefined;
  /** The assistant's status at a thread; undefined when there is none. */
  status(channelId: string, threadTs: string): string | undefined;
  session(
    channelId: string,
    threadTs: string,
  ): { readonly status: string; readonly title: string | undefined } | undefined;
  prompts(channelId: string, threadTs?: string): readonly { readonly title: string; readonly message: string }[];
  /** What Slack itself tells a person when the app fails, such as `operation_timeout`. */
  notices(userId: string): readonly string[];
}

import type { Delivery } from './records.js';
import type { DownloadFault, Message } from './world.js';

/** A file that a person chooses. */
export interface ChosenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Default: by the extension of the name. */
  readonly mimeType?: string;
  readonly externalUrl?: string;
  readonly isHiddenInEvents?: boolean;
  readonly fault?: DownloadFault;
}

/** What a person writes. */
export interface WrittenMessage {
  /** As Slack sends it: a mention is `<@U…>`; see {@link Person.mention}. */
  readonly text?: string;
  readonly threadTs?: string;
  readonly files?: readonly ChosenFile[];
}

/** A message that a person posted, and what it caused. */
export interface Posted {
  readonly message: Message;
  readonly deliveries: readonly Delivery[];
}

/**
 * What a person puts into a field of a view: text, an option's value, several of them, or files. Numbers are written as
 * text; a user, channel or date by its id or text.
 */
export type FieldValue = string | readonly string[] | readonly ChosenFile[];

/** A button, menu or feedback button that a person uses, found by its `action_id`, in a message, the modal or the home tab. */
export interface UsedElement {
  readonly actionId: string;
  /** Needed when several blocks have this action. */
  readonly blockId?: string;
  /** The chosen option's value; for feedback buttons, the value of the button pressed. Buttons need none. */
  readonly value?: string | readonly string[];
}

/** Somebody in a workspace. Every act throws an Error when Slack's own page would not let a person do it. */
export interface Person {
  readonly id: string;
  readonly teamId: string;
  /** How a message's text mentions this person. */
  readonly mention: string;
  post(channelId: string, written: WrittenMessage): Posted;
  /** Posts into the direct channel with the app, which is the agent's messages tab. */
  tell(written: WrittenMessage): Posted;
  edit(message: Message, text: string): Posted;
  delete(message: Message): readonly Delivery[];
  command(command: string, text: string, channelId: string): Delivery;
  messageShortcut(callbackId: string, message: Message): Delivery;
  globalShortcut(callbackId: string): Delivery;
  /** Uses an element of a message that this person can see, ephemeral ones included. */
  use(message: { readonly channelId: string; readonly ts: string }, element: UsedElement): Delivery;
  /** Uses an element of the modal on top. */
  useInModal(element: UsedElement): Delivery;
  useInHome(element: UsedElement): Delivery;
  /** Submits the modal on top, with values by `block_id`. What is not named keeps its initial value. */
  submit(values: Readonly<Record<string, FieldValue>>): Delivery;
  /** Closes the modal on top. The delivery is undefined when the view did not ask for `notify_on_close`. */
  closeModal(): Delivery | undefined;
  openHome(tab: 'home' | 'messages'): Delivery | undefined;
  /** Presses the agent's Stop button at a thread. */
  pressStop(channelId: string, threadTs: string): Delivery | undefined;
  /** Renames the agent's session at a thread. */
  renameSession(channelId: string, threadTs: string, title: string): Delivery | undefined;
  react(message: Message, name: string): void;
  inviteApp(channelId: string): readonly Delivery[];
  removeApp(channelId: string): readonly Delivery[];
  archive(channelId: string): readonly Delivery[];
  deleteFile(fileId: string): readonly Delivery[];
  uninstallApp(): readonly Delivery[];
}

import type { Clock } from '../../../src/core/ports/clock.js';
import type { AppRegistration } from './app.js';
import type { Behaviour } from './behaviour.js';
import type { MessageBlock } from './block-kit/blocks.js';
import type { MessageMetadata } from './block-kit/metadata.js';
import type { View } from './block-kit/views.js';
import type {
  Channel,
  ChannelKind,
  DownloadFault,
  Enterprise,
  Installation,
  Message,
  Role,
  StoredFile,
  User,
  UserGroup,
  Workspace,
} from './world.js';

/** What the stand-in starts with. */
export interface StandInOptions {
  /** Differences from the example app. */
  readonly app?: Partial<AppRegistration>;
  /** Rules of 3 seconds, 5 minutes and 30 minutes go by it, and so do message timestamps. Default: the machine's. */
  readonly clock?: Clock;
  /** Default: one that is free. */
  readonly port?: number;
}

/** Where Slack delivers to, as an app's settings say it. */
export interface RequestUrls {
  readonly events: string;
  /** Default: the same. */
  readonly interactions?: string;
  /** Default: the same. */
  readonly commands?: string;
}

/** A call of the Web API as it came in. */
export interface ApiCall {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The workspace or organisation of its token, where the token is known. */
  readonly tenantId: string | undefined;
  readonly atMs: number;
  /** `ok`, Slack's error, `http 429`, or `cut`; undefined while it runs. */
  outcome: string | undefined;
}

/** Something that the app did and that Slack would refuse, pass over, or count against it. */
export interface Violation {
  /** The method, or `delivery`, `socket`, `response_url`, `oauth`, `file`. */
  readonly where: string;
  readonly error: string;
  readonly messages: readonly string[];
}

/** A mention that rang at somebody because the app posted it unescaped. */
export interface Ping {
  readonly channelId: string;
  /** `channel`, `here`, `everyone`, a user's id or a user group's. */
  readonly target: string;
  readonly text: string;
}

/** One try to deliver something to the app. */
export interface DeliveryAttempt {
  readonly sentAtMs: number;
  /** `http`, or the number of the socket connection. */
  readonly via: 'http' | number;
  /** 0 for the first, 1 to 3 for Slack's retries. */
  readonly retryNumber: number;
  readonly retryReason?: string;
  /** Undefined as long as there is none. */
  acknowledgedAtMs?: number;
  /** What the acknowledgement brought: parsed JSON, text, or undefined. */
  reply?: unknown;
  /** `http_timeout`, `http_error`, `connection_failed`, `timeout`; why it counts as lost. */
  failure?: string;
}

/** An event, command or interaction for the app, with all that became of it. */
export interface Delivery {
  readonly kind: 'event' | 'command' | 'interaction';
  /** Such as `app_mention`, `/ask`, `block_actions`. */
  readonly type: string;
  readonly teamId: string;
  /** The payload, without signature and envelope. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempts: readonly DeliveryAttempt[];
  /** `held` by the test; `lost` when Slack tries no more. */
  readonly state: 'held' | 'pending' | 'acknowledged' | 'lost';
  /** Resolves once it is acknowledged or lost; never rejects. */
  readonly settled: Promise<void>;
}

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

/** The Socket Mode connections, numbered from 1 as they came. */
export interface SocketConnections {
  readonly open: readonly number[];
  /** Sends `disconnect` frames, as when Slack recycles a connection; every one when no number is given. */
  refresh(reason?: 'warning' | 'refresh_requested' | 'link_disabled', connection?: number): void;
  /** Tears connections down without a word. */
  cut(connection?: number): void;
}

/** Slack's servers, for one app. */
export interface SlackStandIn {
  /** Such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The Web API, with `/` at its end: Bolt's `clientOptions.slackApiUrl`. */
  readonly apiUrl: string;
  /** OAuth's consent page: Bolt's `installerOptions.authorizationUrl`. */
  readonly authorizeUrl: string;
  readonly app: AppRegistration;
  readonly behaviour: Behaviour;
  readonly calls: readonly ApiCall[];
  readonly violations: readonly Violation[];
  readonly pings: readonly Ping[];
  readonly deliveries: readonly Delivery[];
  readonly sockets: SocketConnections;
  readonly screen: Screen;

  addEnterprise(name: string): Enterprise;
  addWorkspace(name: string, options?: { readonly enterpriseId?: string }): Workspace;
  addUser(teamId: string, name: string, role?: Role): Person;
  addUserGroup(teamId: string, handle: string, userIds: readonly string[]): UserGroup;
  /** A conversation with these members; the app's bot user is one of them only when named (see {@link Installation}). */
  addChannel(teamId: string, name: string, memberIds: readonly string[], kind?: ChannelKind): Channel;
  /** Installs the app without OAuth; in a whole organisation when given an enterprise's id. */
  install(
    tenantId: string,
    options?: { readonly scopes?: readonly string[]; readonly installerId?: string },
  ): Installation;
  /** The active installation that covers a workspace. @throws Error when there is none. */
  installation(teamId: string): Installation;
  user(userId: string): User;
  channel(channelId: string): Channel;
  file(fileId: string): StoredFile;
  /** The direct channel of a person with the app; opened if there is none. */
  directChannel(userId: string): Channel;

  /** Delivers by HTTP to these addresses, or over Socket Mode to whoever is connected, which is the default. */
  deliverTo(target: RequestUrls | 'socket'): void;
  /** Keeps deliveries back from now on. */
  hold(): void;
  /** Sends what is held, in the order that `arrange` gives; nothing is held any more. */
  release(arrange?: (held: readonly Delivery[]) => readonly Delivery[]): void;
  /** Delivers the same once more, as Slack does now and then: same ids, with or without retry headers. */
  redeliver(delivery: Delivery, retry?: { readonly number: number; readonly reason: string }): Promise<DeliveryAttempt>;
  /** Resolves when everything delivered so far is acknowledged or lost. */
  settled(): Promise<void>;
  /** Breaks what runs and listens no more. */
  close(): Promise<void>;
}

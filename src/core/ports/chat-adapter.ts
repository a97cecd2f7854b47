import type { Attachment, ChatAddress, ChatEvent, Role } from '../chat/chat-event.js';
import type { CommandDefinition } from '../chat/command.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { Transfer } from '../transfer/transfer.js';
import type { Change } from './coordinator.js';
import type { Health } from './health.js';

/** What Docent is doing while no final message is there. */
export interface ReplyStatus {
  /** Plain text: a name in it stands as it is. */
  readonly text: string;
  /** For a bar. */
  readonly progress?: { readonly done: number; readonly total: number };
}

/** Where a message ended up, as the platform names it. */
export interface Receipt {
  readonly messageIds: readonly string[];
}

/** The one visible outcome of an event, while it is being made. Calls come one after another. */
export interface Reply {
  /** Replaces the status before it. Adapters coalesce: only the newest matters. */
  status(status: ReplyStatus): Promise<void>;
  /** Adds to the streamed answer. Adapters coalesce. */
  append(text: string): Promise<void>;
  /**
   * Replaces everything shown so far by the final message, split where the platform's limits ask for it; nothing is cut.
   * A second reply to the same event replaces the first one's message instead of adding another.
   */
  finish(message: OutgoingMessage): Promise<Receipt>;
}

/** What the core offers a chat platform. */
export interface ChatHost {
  readonly commands: readonly CommandDefinition[];
  /** File endings that some parser reads, with the dot; for file pickers. */
  readonly acceptedExtensions: readonly string[];
  /** Largest upload in bytes; for adapters that take the bytes themselves. */
  readonly maxUploadBytes: number;
  /** The creator that a page or a terminal opens when nobody names one. */
  readonly defaultCreatorId: CreatorId;
  /** The creators there are, in name order; the default one may not be among them yet. */
  creators(): Promise<CreatorId[]>;
  /**
   * Keeps the event durably and answers it in the background. Call before the platform is told "received". `ignored`:
   * Docent stays silent on it, so there will be no reply. While what keeps events is away, a question is `accepted` all the
   * same, and answered by this process alone, without being kept; anything else is `refused`: nothing will be done, and the
   * reply says so. Takes 2.5 seconds at the most.
   * @throws DocentError `QUEUE_FULL`, `ENGINE_UNAVAILABLE`: nothing was kept and there will be no reply; tell the person, or
   * let the platform deliver it again.
   */
  accept(event: ChatEvent): Promise<'accepted' | 'refused' | 'duplicate' | 'ignored'>;
  /**
   * Runs a command while the caller waits: for pages and terminals that hold a connection open. Access, limits and
   * errors are those of `accept`; an error comes back as a message of kind `error`. Status and streamed text go to
   * `reply`; the final message is what this resolves to, `reply.finish` is not called. When a durable job took over (an
   * upload), the message says so, and the job finishes the reply that `openReply` gives.
   */
  execute(event: ChatEvent, reply: Reply, signal: AbortSignal): Promise<OutgoingMessage>;
  /**
   * What somebody may be about to type into a field of the command that the event would run, best first, at most 25. From
   * memory where it is known; empty where it is not known within 2 seconds, and for who may not run the command.
   */
  suggest(event: ChatEvent, field: string, typed: string): Promise<string[]>;
  /** Stops the work on everything that was asked in a thread; each reply then says so. Returns how many there were. */
  cancel(address: ChatAddress): Promise<number>;
  /**
   * Tells the admins of the place's creator what they should know, in their admin channel; the same `key` once. Says whether
   * there is such a channel.
   */
  warn(
    address: ChatAddress,
    warning: { readonly key: string; readonly message: OutgoingMessage; readonly signal: AbortSignal },
  ): Promise<boolean>;
  /**
   * The platform refused Docent for good: only an operator can change that, as the error says. Docent goes on where people
   * can reach it another way, and ends where they cannot.
   */
  fail(error: DocentError): void;
  /** Whole creators as files, for who has that role. @throws DocentError `ACCESS_DENIED` for all but operators. */
  transfer(role: Role): Transfer;
  /** What changes from now on, until the signal aborts. */
  changes(signal: AbortSignal): AsyncIterable<Change>;
}

/** A chat platform. */
export interface ChatAdapter {
  /** Such as `discord`; part of every address. */
  readonly platform: string;
  /** Whether it serves those who run this process, and so is started in every role. Default false. */
  readonly isForOperators?: boolean;
  /**
   * Connects and begins to deliver events; resolves when it is ready. A process whose role is not to answer never calls
   * it, and still uses `openReply` and `post`, for the results of documents and for reports.
   * @throws DocentError `SETTINGS_INVALID` when the platform refuses Docent for what only an operator can change.
   */
  start(host: ChatHost): Promise<void>;
  /** Opens (or finds again, after a restart or in another process) the reply to an event; without `start` too. */
  openReply(event: ChatEvent, signal: AbortSignal): Promise<Reply>;
  /** Posts a message that answers nobody, such as a report; without `start` too. The same `key` again posts nothing new where the platform can tell. */
  post(
    address: ChatAddress,
    message: OutgoingMessage,
    options: { readonly key: string; readonly signal: AbortSignal },
  ): Promise<Receipt>;
  /**
   * What the event's author is in a channel, or in a whole workspace; undefined for somebody who cannot read it. Decides
   * whose knowledge a direct talk may reach. Without it, direct talks have the creator that their own address is linked to.
   * @throws DocentError `ENGINE_UNAVAILABLE` when the platform does not say.
   */
  membership?(
    event: ChatEvent,
    place: { readonly workspaceId: string; readonly channelId: string | null },
    signal: AbortSignal,
  ): Promise<Role | undefined>;
  /** The bytes of a posted file, from the platform's own hosts only. @throws DocentError `DOWNLOAD_FAILED`. */
  download(event: ChatEvent, attachment: Attachment, signal: AbortSignal): AsyncIterable<Uint8Array>;
  health(signal: AbortSignal): Promise<Health>;
  /** Takes no new events. Replies that are open stay usable until `stop` resolves. Harmless without `start`. */
  stop(): Promise<void>;
}

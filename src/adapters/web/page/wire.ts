/** What travels between the page and its server: plain JSON, with the type names the two sides share. */

/** What may stand in a command's input and in a message's data. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A cited passage: see the core's `Source`. */
export interface Source {
  readonly number: number;
  readonly documentName: string;
  readonly headingPath: readonly string[];
  readonly page: number | null;
}

/** A picture of a message, a PNG: see the core's `Picture`. */
export interface Picture {
  readonly fileName: string;
  readonly altText: string;
  readonly base64: string;
}

/** A message: see the core's `OutgoingMessage`. */
export interface Message {
  readonly kind: 'answer' | 'refusal' | 'fallback' | 'notice' | 'error';
  /** CommonMark. */
  readonly text: string;
  readonly sources: readonly Source[];
  /** Small print: CommonMark, one line. */
  readonly footnote?: string;
  readonly actions: readonly { readonly label: string; readonly command: string; readonly input: Json }[];
  /** 0 to 1. */
  readonly confidence?: number;
  readonly answerId?: string;
  readonly pictures?: readonly Picture[];
  readonly data?: Json;
}

/** What Docent is doing while there is no final message. */
export interface Status {
  readonly text: string;
  readonly progress?: { readonly done: number; readonly total: number };
}

/** Whether an answer helped. */
export type Vote = 'up' | 'down';

/** A thread of a creator's room. */
export interface Thread {
  readonly threadId: string;
  /** null until the first question gives it one. */
  readonly title: string | null;
  /** `admin`: where reports and warnings are posted. */
  readonly kind: 'talk' | 'admin';
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly lastAt: number;
}

/** A question with its one reply, or a message that answers nobody. */
export interface Exchange {
  readonly exchangeId: string;
  readonly threadId: string;
  readonly askedAt: number;
  /** null for a posted message. */
  readonly question: string | null;
  /** null while it is being made. */
  readonly reply: Message | null;
  readonly repliedAt: number | null;
  readonly vote: Vote | null;
}

/** A reply that is being made: everything streamed so far. */
export interface LiveReply {
  readonly threadId: string;
  readonly exchangeId: string;
  readonly text: string;
  readonly status: Status | null;
}

/** A file that was added, and what became of it. */
export interface Upload {
  readonly uploadId: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly startedAt: number;
  /** The outcome; null while it is being read. */
  readonly message: Message | null;
}

/** What an open page is told. The first event of a stream is `snapshot`. */
export type FeedEvent =
  | {
      readonly type: 'snapshot';
      readonly replies: readonly LiveReply[];
      readonly uploads: readonly { readonly uploadId: string; readonly status: Status }[];
    }
  /** A reply begins, or begins again: what was streamed before no longer counts. */
  | { readonly type: 'reply'; readonly reply: LiveReply }
  /** `offset` is the length of the text before it. */
  | {
      readonly type: 'delta';
      readonly threadId: string;
      readonly exchangeId: string;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly type: 'status'; readonly threadId: string; readonly exchangeId: string; readonly status: Status }
  | { readonly type: 'exchange'; readonly exchange: Exchange }
  | { readonly type: 'thread'; readonly thread: Thread }
  | { readonly type: 'threadRemoved'; readonly threadId: string }
  | { readonly type: 'upload'; readonly upload: Upload }
  | { readonly type: 'uploadStatus'; readonly uploadId: string; readonly status: Status }
  | { readonly type: 'uploadRemoved'; readonly uploadId: string }
  /** Something of the creator changed elsewhere, such as a `document`. */
  | { readonly type: 'change'; readonly kind: string; readonly data: Json }
  /** Messages were forgotten: read everything again. */
  | { readonly type: 'erased' };

/** The answer to `GET /api/session`. */
export type Session =
  | { readonly signedIn: false }
  | {
      readonly signedIn: true;
      /** Whether signing out means anything. */
      readonly tokenRequired: boolean;
      readonly defaultCreatorId: string;
      /** With the dot. */
      readonly acceptedExtensions: readonly string[];
      readonly maxUploadBytes: number;
      /** Commands that need no input, for the composer: `/help`. */
      readonly commands: readonly { readonly name: string; readonly description: string }[];
    };

/** The body of every response that is not 2xx. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

import { createBoundedMap } from '../../../core/bounded-map.js';
import type { EventId } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { LiveStream } from './live-stream.js';
import type { PostPlace } from './posts.js';

/** A message of a reply as it stands in Slack. */
export interface ShownMessage {
  readonly ts: string;
  /** Its Markdown; undefined when another process wrote it. */
  readonly markdown: string | undefined;
  /** Whether anything stands under the text. */
  readonly hasExtras: boolean;
}

/** What stands in Slack of the reply to one event; a reply that is opened again goes on from it. */
export interface ShownReply {
  place: PostPlace;
  /** Why it stands in the person's own talk with Docent: the place where it was asked takes no message any more. */
  movedBecause: string | undefined;
  messages: ShownMessage[];
  stream: LiveStream | undefined;
}

/** What this process knows of replies. */
export interface ReplyMemory {
  /** The event was taken in just now. */
  noteAccepted(eventId: EventId): void;
  /** It was not taken in after all: another process may be answering it. */
  forgetAccepted(eventId: EventId): void;
  /** What is shown; undefined when this process does not know, and Slack has to be asked. */
  shown(eventId: EventId): ShownReply | undefined;
  keep(eventId: EventId, shown: ShownReply): void;
  /**
   * Whether nothing can be shown yet: the event came to this process a moment ago, sooner than any other try could have
   * begun and failed.
   */
  isNew(eventId: EventId): boolean;
  /** Whatever was taken in may have been answered by others. */
  forgetNew(): void;
}

const MAX_REPLIES = 2_000;
/** A try that failed is followed by the next after a second at the least. */
const NEW_MS = 1_000;

/** A memory without anything in it. */
export function createReplyMemory(clock: Clock): ReplyMemory {
  const acceptedAt = createBoundedMap<EventId, number>(MAX_REPLIES);
  const replies = createBoundedMap<EventId, ShownReply>(MAX_REPLIES);
  return {
    noteAccepted: (eventId) => acceptedAt.set(eventId, clock.now()),
    forgetAccepted: (eventId) => acceptedAt.delete(eventId),
    shown: (eventId) => replies.get(eventId),
    keep: (eventId, shown) => replies.set(eventId, shown),
    isNew(eventId) {
      const at = acceptedAt.get(eventId);
      return at !== undefined && clock.now() - at < NEW_MS;
    },
    forgetNew: () => acceptedAt.clear(),
  };
}

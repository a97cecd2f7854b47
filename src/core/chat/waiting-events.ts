import type { EventId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { isEngineAway, withStoreDeadline } from '../store-deadline.js';
import { type AcceptedEvent, EVENT_QUEUE, orderKeyOf } from './accepted-event.js';
import type { ChatEvent } from './chat-event.js';
import type { EventSettler } from './event-settler.js';
import type { GuardedReply } from './guarded-reply.js';
import type { PlatformReplies } from './platform-replies.js';
import type { UnqueuedEvents } from './unqueued-events.js';
import { counted } from './words.js';

/** What waiting events are watched with. */
export interface WaitingEventsOptions {
  readonly coordinator: Pick<Coordinator, 'status'>;
  readonly replies: PlatformReplies;
  readonly settler: Pick<EventSettler, 'maySayNothing'>;
  readonly unqueued: UnqueuedEvents;
  /** Whether no other process answers from the same queue. */
  readonly answersAlone: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells people whose events wait in the queue how many are before theirs. */
export interface WaitingEvents {
  /** Watches an event that was queued just now; past 1,000 events that wait, no more are watched. */
  watch(accepted: AcceptedEvent): void;
  /** Ends the watch: the event's turn has come. The reply that was opened for it, if any, goes to whoever goes on. */
  release(id: EventId): Promise<GuardedReply | undefined>;
  /** The queue is away: what waits before this event, in its order, is answered without it where nobody else may answer it. */
  handOver(event: ChatEvent): void;
  stop(): void;
}

interface Waiting {
  readonly accepted: AcceptedEvent;
  reply: Promise<GuardedReply | undefined>;
  cancel(): void;
}

/** Most events begin at once: only who waits longer is told, in milliseconds after the event was queued. */
const FIRST_LOOK_MS = 2_000;
const LOOK_AGAIN_MS = 5_000;
const STATUS_TIMEOUT_MS = 2_000;
const MAX_WATCHED = 1_000;

const AWAY = 'Waiting: what I keep cannot be reached right now. This is noted, and goes on as soon as it is back.';

/** Looks after each event that waits, every few seconds, at the price of one call to the queue. */
export function createWaitingEvents(options: WaitingEventsOptions): WaitingEvents {
  const { coordinator, replies, settler, unqueued, answersAlone, clock, logger } = options;
  const watched = new Map<EventId, Waiting>();

  function release({ accepted, cancel }: Waiting): void {
    cancel();
    watched.delete(accepted.event.id);
  }

  async function show(waiting: Waiting, text: string): Promise<void> {
    const { event } = waiting.accepted;
    const { signal } = new AbortController();
    if ((await waiting.reply) === undefined && watched.has(event.id))
      waiting.reply = replies.open(event, signal).catch((error: unknown) => {
        logger.warn('reply.update-failed', { eventId: event.id }, error);
        return undefined;
      });
    const reply = await waiting.reply;
    if (watched.has(event.id)) await reply?.status({ text });
  }

  function handOver(isMeant: (accepted: AcceptedEvent) => boolean): void {
    // Others may reach the queue: what it has taken is theirs too, and answered once by whoever claims it.
    if (!answersAlone) return;
    for (const waiting of watched.values()) {
      const { accepted, reply } = waiting;
      if (!isMeant(accepted) || !unqueued.canAnswer(accepted)) continue;
      try {
        void unqueued.take(accepted, { reply });
      } catch {
        // Too many are being answered: this one is kept, and can wait for the queue.
        return;
      }
      release(waiting);
    }
  }

  /** What is to be told; undefined when the event does not wait any more. */
  async function statusText({ event }: AcceptedEvent): Promise<string | undefined> {
    try {
      const status = await withStoreDeadline({ clock, timeoutMs: STATUS_TIMEOUT_MS }, () =>
        coordinator.status(EVENT_QUEUE, event.id),
      );
      if (status?.state !== 'waiting') return undefined;
      return status.position === 0
        ? 'Waiting: yours is next'
        : `Waiting: ${counted(status.position, 'question')} before yours`;
    } catch (error) {
      if (!isEngineAway(error)) throw error;
      handOver(() => true);
      return AWAY;
    }
  }

  async function look(waiting: Waiting): Promise<void> {
    const { id } = waiting.accepted.event;
    try {
      const text = (await settler.maySayNothing(waiting.accepted)) ? undefined : await statusText(waiting.accepted);
      if (watched.get(id) !== waiting) return;
      if (text === undefined) {
        watched.delete(id);
        return;
      }
      await show(waiting, text);
    } catch (error) {
      logger.warn('event.position-unknown', { eventId: id }, error);
    }
    if (watched.get(id) === waiting) lookIn(LOOK_AGAIN_MS, waiting);
  }

  function lookIn(delayMs: number, waiting: Waiting): void {
    waiting.cancel = clock.after(delayMs, () => void look(waiting));
  }

  return {
    watch(accepted) {
      if (watched.size >= MAX_WATCHED) return;
      const waiting: Waiting = { accepted, reply: Promise.resolve(undefined), cancel() {} };
      watched.set(accepted.event.id, waiting);
      lookIn(FIRST_LOOK_MS, waiting);
    },

    async release(id) {
      const waiting = watched.get(id);
      if (waiting === undefined) return undefined;
      release(waiting);
      return waiting.reply;
    },

    handOver(event) {
      const orderKey = orderKeyOf(event);
      handOver((accepted) => orderKeyOf(accepted.event) === orderKey);
    },

    stop() {
      for (const waiting of watched.values()) release(waiting);
    },
  };
}

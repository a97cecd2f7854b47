import type { BoundedMap } from '../bounded-map.js';
import { toDocentError } from '../errors.js';
import type { EventId } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Clock } from '../ports/clock.js';
import type { ClaimedWork, Coordinator, WorkOutcome, WorkStatus, WorkerOptions } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { TRYING_AGAIN, isEngineAway, withStoreDeadline } from '../store-deadline.js';
import {
  type AcceptedEvent,
  EVENT_QUEUE,
  type Settlement,
  acceptedEventSchema,
  eventProgressSchema,
} from './accepted-event.js';
import type { EventSettler } from './event-settler.js';
import { type GuardedReply, unseenReply } from './guarded-reply.js';
import { notice } from './outgoing-message.js';
import type { PlatformReplies } from './platform-replies.js';
import type { UnqueuedEvents } from './unqueued-events.js';
import type { WaitingEvents } from './waiting-events.js';

/** What queued events are worked off with. */
export interface EventWorkOptions {
  readonly coordinator: Pick<Coordinator, 'status'>;
  readonly settler: EventSettler;
  readonly replies: PlatformReplies;
  readonly waiting: WaitingEvents;
  readonly unqueued: UnqueuedEvents;
  /** Whether no other process answers from the same queue. */
  readonly answersAlone: boolean;
  /** Where each event that the queue gave out is noted. */
  readonly queued: BoundedMap<EventId, true>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The outcome of an event that was cancelled. */
export const STOPPED = notice('Stopped. Ask again whenever you like.');

/** How long the queue may take to say or keep something before the person is told the outcome, in milliseconds. */
const QUEUE_TIMEOUT_MS = 2_000;

/**
 * The work of the queue of events: each is told once, also over tries, kills and while the queue is away. Where others
 * answer from the same queue, nothing is told that is not kept there: while it is away they may claim it, or have.
 */
export function createEventWork(options: EventWorkOptions): Pick<WorkerOptions, 'handle' | 'failed'> {
  const { coordinator, settler, replies, waiting, unqueued, answersAlone, queued, clock, logger } = options;

  const statusOf = (workId: string): Promise<WorkStatus | undefined> => coordinator.status(EVENT_QUEUE, workId);

  async function savedSettlement(workId: string): Promise<Settlement | undefined> {
    const progress = eventProgressSchema.safeParse((await statusOf(workId))?.progress);
    return progress.success ? progress.data.settlement : undefined;
  }

  /** Says whether the settlement is kept. @throws DocentError `ENGINE_UNAVAILABLE` when it must be and is not. */
  async function save(work: ClaimedWork, settlement: Settlement): Promise<boolean> {
    try {
      await withStoreDeadline({ clock, timeoutMs: QUEUE_TIMEOUT_MS }, () =>
        work.saveProgress({ settlement } as JsonValue),
      );
      return true;
    } catch (error) {
      if (!isEngineAway(error) || !answersAlone) throw error;
      logger.warn('event.not-saved', { eventId: work.id }, error);
      return false;
    }
  }

  /** Keeps what is said until it was said, so that neither a platform that is away nor a kill costs the work again. */
  async function tell(work: ClaimedWork, { event }: AcceptedEvent, settlement: Settlement, reply?: GuardedReply) {
    if (typeof settlement !== 'object') return;
    const isSaved = await save(work, settlement);
    await replies.finish(event, settlement, reply);
    // The queue may give it out again all the same, when it does not hear that it is done.
    unqueued.note(event.id);
    if (isSaved) work.progress(null);
  }

  /** How the work stands for others, or that they cannot be asked. */
  async function standing(workId: string): Promise<WorkStatus | undefined | 'away'> {
    try {
      return await withStoreDeadline({ clock, timeoutMs: QUEUE_TIMEOUT_MS }, () => statusOf(workId));
    } catch (error) {
      if (isEngineAway(error)) return 'away';
      throw error;
    }
  }

  /**
   * What becomes of work that was aborted, or that failed because something is away: answered without the queue when
   * that is what is away, stopped when it was cancelled; otherwise its next try has the last word.
   */
  async function recover(work: ClaimedWork, accepted: AcceptedEvent, error: unknown, reply?: GuardedReply) {
    const isAway = isEngineAway(error);
    const { aborted } = work.signal;
    if (!isAway && !aborted) throw error;
    const status = await standing(work.id);
    // An aborted reply is of no more use: the word goes out on a new one, which replaces it.
    if (aborted) await reply?.close();
    const usable = aborted ? undefined : reply;
    if (status === 'away' && answersAlone && unqueued.canAnswer(accepted)) {
      await unqueued.take(accepted, { reply: Promise.resolve(usable), attempt: work.attempt + 1 });
    } else if (aborted && status !== 'away' && (status === undefined || status.state === 'cancelled')) {
      if (reply !== undefined) await replies.finish(accepted.event, STOPPED);
    } else {
      if (isAway) await usable?.status({ text: TRYING_AGAIN });
      throw error;
    }
  }

  async function run(work: ClaimedWork, accepted: AcceptedEvent, reply: GuardedReply | undefined): Promise<void> {
    const { signal, attempt } = work;
    const maySayNothing = reply === undefined;
    let settlement: Settlement;
    try {
      const run = { reply: reply ?? unseenReply, signal, attempt, mayRetry: true, maySayNothing };
      settlement = await settler.settle(accepted, run);
    } catch (error) {
      await recover(work, accepted, error, reply);
      return;
    }
    try {
      await tell(work, accepted, settlement, reply);
    } catch (error) {
      // The settlement stays with the work, so the next try tells it without doing it again.
      if (isEngineAway(error)) await reply?.status({ text: TRYING_AGAIN });
      throw error;
    }
  }

  return {
    async handle(work): Promise<WorkOutcome> {
      const accepted = readAccepted(work.payload);
      const { event } = accepted;
      queued.set(event.id, true);
      const opened = await waiting.release(event.id);
      const told = unqueued.told(event.id);
      if (told !== undefined) {
        await told;
        return 'done';
      }
      const saved = work.attempt === 1 ? undefined : await savedSettlement(work.id);
      if (saved !== undefined) {
        await tell(work, accepted, saved, opened);
        return 'done';
      }
      const isQuiet = await settler.maySayNothing(accepted);
      const reply = isQuiet ? undefined : (opened ?? (await replies.open(event, work.signal)));
      try {
        await run(work, accepted, reply);
      } finally {
        await reply?.close();
      }
      return 'done';
    },

    async failed(work, error) {
      const accepted = acceptedEventSchema.safeParse(work.payload);
      if (!accepted.success) {
        logger.error('event.unreadable', { eventId: work.id }, accepted.error);
        return;
      }
      if (unqueued.told(accepted.data.event.id) !== undefined) return;
      const settlement =
        (await savedSettlement(work.id)) ?? (await settler.settleFailure(accepted.data, error, work.attempt));
      await tell(work, accepted.data, settlement);
    },
  };
}

/** The event as the queue kept it. @throws DocentError `INTERNAL` for work of another shape, by another version of Docent or a fault. */
export function readAccepted(payload: JsonValue): AcceptedEvent {
  const parsed = acceptedEventSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw toDocentError(parsed.error);
}

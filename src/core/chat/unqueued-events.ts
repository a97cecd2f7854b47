import { setMaxListeners } from 'node:events';
import { createBoundedMap } from '../bounded-map.js';
import type { EventId } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { createSlots } from '../slots.js';
import { temporarilyUnavailable } from '../store-deadline.js';
import { type AcceptedEvent, type Settlement, orderKeyOf } from './accepted-event.js';
import type { CommandDefinition } from './command.js';
import type { EventSettler } from './event-settler.js';
import { type GuardedReply, unseenReply } from './guarded-reply.js';
import type { PlatformReplies } from './platform-replies.js';

/** What events are answered with while the queue is away. */
export interface UnqueuedEventsOptions {
  readonly replies: PlatformReplies;
  readonly settler: EventSettler;
  readonly commands: readonly CommandDefinition[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Events answered at once. */
  readonly concurrency: number;
}

/** How an event comes to be answered without the queue. */
export interface TakeOptions {
  /** The reply that is open already, or about to be. */
  readonly reply?: Promise<GuardedReply | undefined> | undefined;
  /** 1 for the first try, which counts against the person's rate. */
  readonly attempt?: number;
}

/**
 * Events that are answered although the queue cannot keep them. A kill loses them, as nothing knows of them but this
 * process; a restart of the queue does not repeat them here.
 */
export interface UnqueuedEvents {
  /** Whether an event may be answered without being kept: questions, and what changes nothing. */
  canAnswer(accepted: AcceptedEvent): boolean;
  /**
   * Answers an event at once, in order within its thread, or says that this is not possible now. Rejects when the
   * platform could not be told either.
   * @throws DocentError `ENGINE_UNAVAILABLE` at once when 100 events wait, or after `stop`: nothing was taken.
   */
  take(accepted: AcceptedEvent, options?: TakeOptions): Promise<void>;
  /** Resolves once this process has told the event's outcome; undefined where it has not, and is not about to without the queue. */
  told(id: EventId): Promise<void> | undefined;
  /** Notes that the outcome of a queued event was told, whatever the queue comes to know of it. */
  note(id: EventId): void;
  /** Takes no more, and waits up to `drainMs` for what runs; the rest is told that it cannot be answered now. */
  stop(drainMs: number): Promise<void>;
}

const MAX_PENDING = 100;
/** The events told last; a redelivery comes within minutes. */
const MAX_TOLD = 10_000;

/** Answers events in this process alone. */
export function createUnqueuedEvents(options: UnqueuedEventsOptions): UnqueuedEvents {
  const { replies, settler, commands, clock, logger } = options;
  const told = createBoundedMap<EventId, Promise<void>>(MAX_TOLD);
  const lastOfOrder = new Map<string, Promise<unknown>>();
  const pending = new Set<Promise<unknown>>();
  const slots = createSlots(options.concurrency, MAX_PENDING);
  const stopping = new AbortController();
  setMaxListeners(MAX_PENDING + options.concurrency, stopping.signal);
  let isOpen = true;

  function commandOf({ task }: AcceptedEvent): CommandDefinition | undefined {
    return task.kind === 'command' ? commands.find(({ name }) => name === task.name) : undefined;
  }

  function canAnswer(accepted: AcceptedEvent): boolean {
    const command = commandOf(accepted);
    if (command === undefined) return accepted.task.kind !== 'ingest';
    return command.readOnly || command.answersQuestions === true;
  }

  async function settle(
    accepted: AcceptedEvent,
    reply: GuardedReply | undefined,
    attempt: number,
  ): Promise<Settlement> {
    const { signal } = stopping;
    const maySayNothing = reply === undefined;
    try {
      if (!canAnswer(accepted)) throw temporarilyUnavailable();
      const release = await slots.take(signal);
      try {
        const run = { reply: reply ?? unseenReply, signal, attempt, mayRetry: true, maySayNothing };
        return await settler.settle(accepted, run);
      } finally {
        release?.();
      }
    } catch (error) {
      // Nobody tries it again: an error that may pass is the outcome.
      const settlement = await settler.settleFailure(accepted, temporarilyUnavailable(error), attempt);
      return maySayNothing ? 'silent' : settlement;
    }
  }

  async function tell(accepted: AcceptedEvent, { reply: opened, attempt = 1 }: TakeOptions): Promise<void> {
    const { event } = accepted;
    const maySayNothing = await settler.maySayNothing(accepted);
    const { signal } = new AbortController();
    const reply = maySayNothing ? undefined : ((await opened) ?? (await replies.open(event, signal)));
    try {
      const settlement = await settle(accepted, reply, attempt);
      if (typeof settlement === 'object') await replies.finish(event, settlement, reply);
    } finally {
      await reply?.close();
    }
  }

  function inOrder(accepted: AcceptedEvent, work: () => Promise<void>): Promise<void> {
    // What changes nothing need not wait for its turn in the thread.
    const key = commandOf(accepted)?.readOnly === true ? accepted.event.id : orderKeyOf(accepted.event);
    const done = (lastOfOrder.get(key) ?? Promise.resolve()).then(work);
    const over = done.catch(() => {});
    lastOfOrder.set(key, over);
    pending.add(over);
    void over.then(() => {
      pending.delete(over);
      if (lastOfOrder.get(key) === over) lastOfOrder.delete(key);
    });
    return done;
  }

  return {
    canAnswer,
    told: (id) => told.get(id),
    note: (id) => told.set(id, Promise.resolve()),

    take(accepted, takeOptions = {}) {
      const { id, address } = accepted.event;
      if (!isOpen || pending.size >= MAX_PENDING) throw temporarilyUnavailable();
      const telling = inOrder(accepted, () => tell(accepted, takeOptions));
      told.set(id, telling);
      telling.catch((error: unknown) => {
        // Should the queue know of it after all, it has the last word.
        told.delete(id);
        logger.error('event.not-told', { eventId: id, platform: address.platform }, error);
      });
      return telling;
    },

    async stop(drainMs) {
      isOpen = false;
      const cancel = clock.after(drainMs, () => stopping.abort(new DOMException('Docent is stopping', 'AbortError')));
      await Promise.all(pending);
      cancel();
    },
  };
}

import { withDeadline } from '../deadline.js';
import { DocentError, toDocentError } from '../errors.js';
import type { CreatorId, EventId } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { ChatAdapter, ChatHost, Reply } from '../ports/chat-adapter.js';
import type { ClaimedWork, Coordinator, Worker, WorkOutcome } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import type { Services } from '../services.js';
import {
  type AcceptedEvent,
  EVENT_QUEUE,
  type Settlement,
  acceptedEventSchema,
  eventProgressSchema,
} from './accepted-event.js';
import { type ChatEvent, chatEventSchema } from './chat-event.js';
import { createEventIntake } from './event-intake.js';
import { createEventRunner } from './event-runner.js';
import { createEventSettler } from './event-settler.js';
import { guardReply, unseenReply } from './guarded-reply.js';
import { type OutgoingMessage, notice } from './outgoing-message.js';
import type { Participation } from './participation.js';
import { createRateLimit } from './rate-limit.js';

/** What the dispatcher works with. */
export interface DispatcherOptions {
  readonly coordinator: Coordinator;
  readonly services: Services;
  /** By platform; read when an event is answered, so it may be filled later. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly participation: Participation;
  /** The creator that commands without one see. */
  readonly defaultCreatorId: CreatorId;
  readonly limits: DispatcherLimits;
  readonly logger: Logger;
}

/** How much is done at once, how long it may take, and how often one person may ask. */
export interface DispatcherLimits {
  /** How long one event may take, in milliseconds. */
  readonly eventTimeoutMs: number;
  /** Events answered at once in this process. */
  readonly concurrency: number;
  /** Events of one creator answered at once. */
  readonly concurrencyPerCreator: number;
  /** Questions and changes a minute for one member. */
  readonly memberPerMinute: number;
  /** The same for managers; operators are not limited. */
  readonly managerPerMinute: number;
}

/** Brings events to the commands that answer them, and the answers back. */
export interface Dispatcher {
  /** What an adapter is given of the host: it may bring events of its own platform alone. */
  host(adapter: Pick<ChatAdapter, 'platform'>): Pick<ChatHost, 'accept' | 'execute'>;
  /** Stops the work on an event, whose reply then says so. Says whether there was any. */
  cancel(eventId: EventId): Promise<boolean>;
  /** Begins to answer accepted events, those of an earlier process first. */
  start(): void;
  /** Takes no new events and waits up to `drainMs` for what runs; what was not done is answered by the next process. */
  stop(drainMs: number): Promise<void>;
}

const LEASE_MS = 30_000;
const MAX_ATTEMPTS = 4;
/** How long a platform may take to open a reply, or to show a final message. */
const PLATFORM_TIMEOUT_MS = 60_000;

const STOPPED = notice('Stopped. Ask again whenever you like.');
const TAKEN_OVER = notice('Got it. I am reading what you posted; the result follows here.', { deferred: true });

/**
 * A dispatcher over the coordinator's queue of events: claimed once, in order within a thread, fair between creators, tried
 * again a bounded number of times, and answered once.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { coordinator, services, adapters, limits, logger } = options;
  const { clock } = services;
  const intake = createEventIntake(options);
  const runner = createEventRunner({ ...options, rateLimit: createRateLimit({ clock, ...limits }) });
  const settler = createEventSettler({ services, runner, limits, logger });
  /** What runs while its caller waits, by what stops it. */
  const foreground = new Map<AbortController, Promise<unknown>>();
  let worker: Worker | undefined;

  async function openReply(event: ChatEvent, signal: AbortSignal): Promise<Reply> {
    const adapter = adapters.get(event.address.platform);
    if (adapter !== undefined)
      return withDeadline({ clock, timeoutMs: PLATFORM_TIMEOUT_MS, signal }, (inTime) =>
        adapter.openReply(event, inTime),
      );
    throw new DocentError('INTERNAL', {
      userMessage: `The platform ${event.address.platform} is not running. Configure it again.`,
    });
  }

  async function finish(event: ChatEvent, message: OutgoingMessage, opened?: Reply): Promise<void> {
    const { signal } = new AbortController();
    const reply = opened ?? (await openReply(event, signal));
    await withDeadline({ clock, timeoutMs: PLATFORM_TIMEOUT_MS, signal }, () => reply.finish(message));
  }

  /** Keeps what is said until it was said, so that neither a platform that is away nor a kill costs the work again. */
  async function tell(work: ClaimedWork, event: ChatEvent, settlement: Settlement, reply?: Reply): Promise<void> {
    const report = { settlement } as JsonValue;
    if (typeof settlement !== 'object') return;
    await work.saveProgress(report);
    await finish(event, settlement, reply);
    work.progress(null);
  }

  async function savedSettlement(workId: string): Promise<Settlement | undefined> {
    const progress = eventProgressSchema.safeParse((await coordinator.status(EVENT_QUEUE, workId))?.progress);
    return progress.success ? progress.data.settlement : undefined;
  }

  /** Whether a piece of work that was aborted is nobody's any more: else its next worker has the last word. */
  async function isCancelled(workId: string): Promise<boolean> {
    const status = await coordinator.status(EVENT_QUEUE, workId);
    return status === undefined || status.state === 'cancelled';
  }

  async function handle(work: ClaimedWork): Promise<WorkOutcome> {
    const accepted = readAccepted(work.payload);
    const { event } = accepted;
    const saved = work.attempt === 1 ? undefined : await savedSettlement(work.id);
    if (saved !== undefined) {
      await tell(work, event, saved);
      return 'done';
    }
    const maySayNothing = await settler.maySayNothing(accepted);
    const reply = maySayNothing ? undefined : guardReply(await openReply(event, work.signal), clock, logger);
    const { signal, attempt } = work;
    try {
      const run = { reply: reply ?? unseenReply, signal, attempt, mayRetry: true, maySayNothing };
      await tell(work, event, await settler.settle(accepted, run), reply);
    } catch (error) {
      await reply?.close();
      if (!signal.aborted || !(await isCancelled(work.id))) throw error;
      // The reply's own signal is aborted: the word goes out on a new one, which replaces it.
      if (!maySayNothing) await finish(event, STOPPED);
    }
    await reply?.close();
    return 'done';
  }

  async function failed(work: ClaimedWork, error: unknown): Promise<void> {
    const accepted = acceptedEventSchema.safeParse(work.payload);
    if (!accepted.success) {
      logger.error('event.unreadable', { eventId: work.id }, accepted.error);
      return;
    }
    const settlement =
      (await savedSettlement(work.id)) ?? (await settler.settleFailure(accepted.data, error, work.attempt));
    await tell(work, accepted.data.event, settlement);
  }

  async function runInForeground(accepted: AcceptedEvent, reply: Reply, signal: AbortSignal): Promise<OutgoingMessage> {
    const guarded = guardReply(reply, clock, logger);
    const run = { reply: guarded, signal, attempt: 1, mayRetry: false, maySayNothing: false };
    try {
      const settlement = await settler.settle(accepted, run);
      return typeof settlement === 'object' ? settlement : TAKEN_OVER;
    } finally {
      await guarded.close();
    }
  }

  const host = (platform: string): Pick<ChatHost, 'accept' | 'execute'> => ({
    async accept(event) {
      const work = await intake.toWork(readEvent(event, platform));
      return work === undefined ? 'ignored' : coordinator.enqueue(work);
    },
    async execute(event, reply, signal) {
      const accepted = intake.spokenTo(readEvent(event, platform));
      const stopping = new AbortController();
      const running = runInForeground(accepted, reply, AbortSignal.any([signal, stopping.signal]));
      foreground.set(stopping, running);
      try {
        return await running;
      } finally {
        foreground.delete(stopping);
      }
    },
  });

  return {
    host: ({ platform }) => host(platform),

    async cancel(eventId) {
      const status = await coordinator.status(EVENT_QUEUE, eventId);
      if (!(await coordinator.cancel(EVENT_QUEUE, eventId))) return false;
      // Work that waited has no worker that could tell the person.
      if (status?.state === 'waiting') await finish(readAccepted(status.payload).event, STOPPED);
      return true;
    },

    start() {
      worker = coordinator.work(EVENT_QUEUE, {
        concurrency: limits.concurrency,
        concurrencyPerGroup: limits.concurrencyPerCreator,
        leaseMs: LEASE_MS,
        maxAttempts: MAX_ATTEMPTS,
        backoffMs: (attempt) => Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + Math.random() / 2),
        handle,
        failed,
      });
    },

    async stop(drainMs) {
      const cancel = clock.after(drainMs, () => {
        for (const stopping of foreground.keys()) stopping.abort(new DOMException('Docent is stopping', 'AbortError'));
      });
      await Promise.all([worker?.stop(drainMs), Promise.allSettled(foreground.values())]);
      cancel();
      worker = undefined;
    },
  };
}

/** @throws DocentError `INTERNAL` for an event that is none, or of another platform: a fault of the adapter. */
function readEvent(event: ChatEvent, platform: string): ChatEvent {
  const parsed = chatEventSchema.safeParse(event);
  if (parsed.success && parsed.data.address.platform === platform) return parsed.data;
  throw toDocentError(parsed.error ?? new Error(`an event of ${event.address.platform} came from ${platform}`));
}

/** @throws DocentError `INTERNAL` for work that another version of Docent, or a fault, wrote in another shape. */
function readAccepted(payload: JsonValue): AcceptedEvent {
  const parsed = acceptedEventSchema.safeParse(payload);
  if (parsed.success) return parsed.data;
  throw toDocentError(parsed.error);
}

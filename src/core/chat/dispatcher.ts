import { createBoundedMap } from '../bounded-map.js';
import { toDocentError } from '../errors.js';
import type { CreatorId, EventId } from '../ids.js';
import type { ChatAdapter, ChatHost } from '../ports/chat-adapter.js';
import type { Coordinator, Worker } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import type { Services } from '../services.js';
import type { Observer } from '../telemetry/observation.js';
import { EVENT_QUEUE, acceptedEventSchema } from './accepted-event.js';
import { type ChatAddress, type ChatEvent, chatEventSchema, threadKeyOf } from './chat-event.js';
import { createEventAcceptance } from './event-acceptance.js';
import { createEventIntake } from './event-intake.js';
import { createEventRunner } from './event-runner.js';
import { createEventSettler } from './event-settler.js';
import { STOPPED, createEventWork } from './event-work.js';
import { createForeground } from './foreground.js';
import type { Participation } from './participation.js';
import { createPlatformReplies } from './platform-replies.js';
import { createRateLimit } from './rate-limit.js';
import type { Rooms } from './room.js';
import { createUnqueuedEvents } from './unqueued-events.js';
import { createWaitingEvents } from './waiting-events.js';

/** What the dispatcher works with. */
export interface DispatcherOptions {
  readonly coordinator: Coordinator;
  readonly services: Services;
  /** By platform; read when an event is answered, so it may be filled later. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly participation: Participation;
  readonly rooms: Rooms;
  /** The creator that commands without one see. */
  readonly defaultCreatorId: CreatorId;
  readonly limits: DispatcherLimits;
  /** Whether no other process answers from the same queue. */
  readonly answersAlone: boolean;
  /** Is told how each event ended. Default: nobody is. */
  readonly observe?: Observer;
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
  host(adapter: Pick<ChatAdapter, 'platform'>): Pick<ChatHost, 'accept' | 'execute' | 'cancel'>;
  /** Begins to answer accepted events, those of an earlier process first. */
  start(): void;
  /** Takes no new events and waits up to `drainMs` for what runs; what was not done is answered by the next process. */
  stop(drainMs: number): Promise<void>;
}

const LEASE_MS = 30_000;
const MAX_ATTEMPTS = 4;
/** Events that are known again while the queue cannot be asked; a platform delivers again within minutes. */
const MAX_KNOWN_EVENTS = 10_000;
/** Open events among which a thread's are looked for. */
const MAX_LISTED = 1_000;

/**
 * A dispatcher over the coordinator's queue of events: claimed once, in order within a thread, fair between creators, tried
 * again a bounded number of times, and answered once. While the queue is away, questions are answered without it.
 */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { coordinator, services, limits, answersAlone, logger } = options;
  const { clock, commands } = services;
  const runner = createEventRunner({ ...options, rateLimit: createRateLimit({ clock, ...limits }) });
  const settler = createEventSettler({ ...options, runner });
  const replies = createPlatformReplies({ ...options, clock });
  const queued = createBoundedMap<EventId, true>(MAX_KNOWN_EVENTS);
  const parts = { coordinator, settler, replies, queued, answersAlone, clock, logger };
  const unqueued = createUnqueuedEvents({ ...parts, commands, concurrency: limits.concurrency });
  const waiting = createWaitingEvents({ ...parts, unqueued });
  const intake = createEventIntake(options);
  const accept = createEventAcceptance({ ...parts, intake, waiting, unqueued });
  const foreground = createForeground(parts);
  let worker: Worker | undefined;

  /** What was asked in a thread and is not answered yet, newest first: what waits must not begin because what runs ended. */
  async function openWork(address: ChatAddress) {
    const works = await coordinator.list({ queue: EVENT_QUEUE, limit: MAX_LISTED });
    return works.toReversed().flatMap(({ state, payload }) => {
      const accepted = acceptedEventSchema.safeParse(payload);
      const isMeant = accepted.success && threadKeyOf(accepted.data.event.address) === threadKeyOf(address);
      return isMeant ? [{ state, event: accepted.data.event }] : [];
    });
  }

  async function cancel(address: ChatAddress): Promise<number> {
    let count = 0;
    for (const { state, event } of await openWork(address)) {
      if (!(await coordinator.cancel(EVENT_QUEUE, event.id))) continue;
      count += 1;
      // Work that waited has no worker that could tell the person.
      if (state === 'waiting') await replies.finish(event, STOPPED, await waiting.release(event.id));
    }
    return count;
  }

  return {
    host: ({ platform }) => ({
      accept: async (event) => accept(readEvent(event, platform)),
      execute: async (event, reply, signal) =>
        foreground.run(intake.spokenTo(readEvent(event, platform)), reply, signal),
      cancel,
    }),

    start() {
      worker = coordinator.work(EVENT_QUEUE, {
        concurrency: limits.concurrency,
        concurrencyPerGroup: limits.concurrencyPerCreator,
        leaseMs: LEASE_MS,
        maxAttempts: MAX_ATTEMPTS,
        backoffMs: (attempt) => Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + Math.random() / 2),
        ...createEventWork({ ...parts, waiting, unqueued }),
      });
    },

    async stop(drainMs) {
      waiting.stop();
      await Promise.all([worker?.stop(drainMs), foreground.stop(drainMs), unqueued.stop(drainMs)]);
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

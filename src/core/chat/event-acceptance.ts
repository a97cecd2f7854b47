import type { BoundedMap } from '../bounded-map.js';
import type { EventId } from '../ids.js';
import type { ChatHost } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { isEngineAway, withStoreDeadline } from '../store-deadline.js';
import type { ChatEvent } from './chat-event.js';
import type { AskedEvent, EventIntake } from './event-intake.js';
import type { UnqueuedEvents } from './unqueued-events.js';
import type { WaitingEvents } from './waiting-events.js';

/** What events are accepted with. */
export interface EventAcceptanceOptions {
  readonly coordinator: Pick<Coordinator, 'enqueue'>;
  readonly intake: EventIntake;
  readonly waiting: WaitingEvents;
  readonly unqueued: UnqueuedEvents;
  /** Events that the queue has, or had, as far as this process saw. */
  readonly queued: BoundedMap<EventId, true>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long keeping an event may take, in milliseconds: Slack wants to hear "received" within three seconds. */
const ACCEPT_TIMEOUT_MS = 2_500;

/**
 * Keeps events in the queue. While the queue is away, what was plainly said to Docent is answered without it, and a
 * redelivery of what this process took before is known from memory; talk of others stays unanswered.
 */
export function createEventAcceptance(options: EventAcceptanceOptions): ChatHost['accept'] {
  const { coordinator, intake, waiting, unqueued, queued, clock, logger } = options;

  function acceptUnqueued(event: ChatEvent, asked: AskedEvent | undefined): 'accepted' | 'refused' | 'ignored' {
    // The queue took it, though it could not say so, and it is being answered.
    if (queued.get(event.id) === true) return 'accepted';
    const accepted = asked?.accepted ?? intake.addressed(event);
    if (accepted === undefined) return 'ignored';
    // What was said before it in its thread is answered before it.
    waiting.handOver(event);
    void unqueued.take(accepted);
    return unqueued.canAnswer(accepted) ? 'accepted' : 'refused';
  }

  return async (event) => {
    const isTold = (): boolean => unqueued.told(event.id) !== undefined;
    if (isTold()) return 'duplicate';
    const isRedelivered = queued.get(event.id) === true;
    let asked: AskedEvent | undefined;
    try {
      const acceptance = await withStoreDeadline({ clock, timeoutMs: ACCEPT_TIMEOUT_MS }, async (inTime) => {
        asked = await intake.decide(event);
        if (asked === undefined) return 'ignored';
        inTime.throwIfAborted();
        // At once: each waits for the disk of the store.
        const [outcome] = await Promise.all([coordinator.enqueue(asked.work), asked.remember()]);
        return outcome;
      });
      if (acceptance === 'accepted' && asked !== undefined) {
        queued.set(event.id, true);
        waiting.watch(asked.accepted);
      }
      return acceptance;
    } catch (error) {
      if (!isEngineAway(error)) throw error;
      logger.warn('event.not-queued', { eventId: event.id, platform: event.address.platform }, error);
      return isRedelivered || isTold() ? 'duplicate' : acceptUnqueued(event, asked);
    }
  };
}

import type { Clock } from '../ports/clock.js';
import type { Reply } from '../ports/chat-adapter.js';
import type { Logger } from '../ports/logger.js';
import type { AcceptedEvent } from './accepted-event.js';
import type { EventSettler } from './event-settler.js';
import { guardReply } from './guarded-reply.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { TAKEN_OVER } from './taken-over.js';

/** Runs events while their callers wait for the outcome. */
export interface Foreground {
  /** The event's one outcome. */
  run(accepted: AcceptedEvent, reply: Reply, signal: AbortSignal): Promise<OutgoingMessage>;
  /** Waits up to `drainMs` for what runs, then stops it. */
  stop(drainMs: number): Promise<void>;
}

/** Runs them side by side, without keeping anything of them. */
export function createForeground({
  settler,
  clock,
  logger,
}: {
  readonly settler: EventSettler;
  readonly clock: Clock;
  readonly logger: Logger;
}): Foreground {
  /** What runs, by what stops it. */
  const running = new Map<AbortController, Promise<unknown>>();

  async function settle(accepted: AcceptedEvent, reply: Reply, signal: AbortSignal): Promise<OutgoingMessage> {
    const guarded = guardReply(reply, clock, logger);
    const run = { reply: guarded, signal, attempt: 1, mayRetry: false, maySayNothing: false };
    try {
      const settlement = await settler.settle(accepted, run);
      return typeof settlement === 'object' ? settlement : TAKEN_OVER;
    } finally {
      await guarded.close();
    }
  }

  return {
    async run(accepted, reply, signal) {
      const stopping = new AbortController();
      const settling = settle(accepted, reply, AbortSignal.any([signal, stopping.signal]));
      running.set(stopping, settling);
      try {
        return await settling;
      } finally {
        running.delete(stopping);
      }
    },
    async stop(drainMs) {
      const cancel = clock.after(drainMs, () => {
        for (const stopping of running.keys()) stopping.abort(new DOMException('Docent is stopping', 'AbortError'));
      });
      await Promise.allSettled(running.values());
      cancel();
    },
  };
}

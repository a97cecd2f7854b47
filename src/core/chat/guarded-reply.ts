import { inTime } from '../deadline.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Receipt, Reply } from '../ports/chat-adapter.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** A reply that keeps its promises whoever holds it. */
export interface GuardedReply extends Reply {
  /** Drops what is still shown from here on; waits for the call that runs, 15 seconds at most. */
  close(): Promise<void>;
}

/** How long a platform may take to show a status or streamed text, in milliseconds. */
const SHOW_TIMEOUT_MS = 15_000;

/**
 * Puts the calls on a reply one after another. Status and streamed text are dropped once the final message is on its
 * way, and their failures, a platform that does not return among them, are only logged: they are not worth an answer.
 */
export function guardReply(reply: Reply, clock: Clock, logger: Logger): GuardedReply {
  let isOpen = true;
  let last: Promise<void> = Promise.resolve();

  const show = async (call: () => Promise<void>): Promise<void> => {
    last = last.then(async () => {
      if (!isOpen) return;
      try {
        await inTime({ clock, timeoutMs: SHOW_TIMEOUT_MS }, call());
      } catch (error) {
        logger.warn('reply.update-failed', {}, error);
      }
    });
    return last;
  };

  const close = async (): Promise<void> => {
    isOpen = false;
    await last;
  };

  return {
    status: (status) => show(() => reply.status(status)),
    append: (text) => show(() => reply.append(text)),
    close,
    async finish(message: OutgoingMessage): Promise<Receipt> {
      await close();
      return reply.finish(message);
    },
  };
}

/** A reply that nobody sees, for answers that may stay unsaid. */
export const unseenReply: Reply = {
  async status() {},
  async append() {},
  finish: async () => ({ messageIds: [] }),
};

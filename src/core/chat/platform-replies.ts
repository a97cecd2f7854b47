import { withDeadline } from '../deadline.js';
import { DocentError } from '../errors.js';
import type { ChatAdapter, Reply } from '../ports/chat-adapter.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { ChatEvent } from './chat-event.js';
import { type GuardedReply, guardReply } from './guarded-reply.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** The replies to events, on the platforms that the events came from. */
export interface PlatformReplies {
  /** @throws DocentError `INTERNAL` where the platform does not run; what the platform threw. */
  open(event: ChatEvent, signal: AbortSignal): Promise<GuardedReply>;
  /** Shows the final message, in the reply that is open or in a new one, which takes its place. */
  finish(event: ChatEvent, message: OutgoingMessage, opened?: Reply): Promise<void>;
}

/** What replies are opened with. */
export interface PlatformRepliesOptions {
  /** By platform; read when a reply is opened, so it may be filled later. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a platform may take to open a reply, or to show a final message. */
const PLATFORM_TIMEOUT_MS = 60_000;

/** Replies that keep their promises, on platforms that may take too long. */
export function createPlatformReplies({ adapters, clock, logger }: PlatformRepliesOptions): PlatformReplies {
  async function open(event: ChatEvent, signal: AbortSignal): Promise<GuardedReply> {
    const { platform } = event.address;
    const adapter = adapters.get(platform);
    if (adapter === undefined)
      throw new DocentError('INTERNAL', {
        userMessage: `The platform ${platform} is not running. Configure it again.`,
      });
    const reply = await withDeadline({ clock, timeoutMs: PLATFORM_TIMEOUT_MS, signal }, (inTime) =>
      adapter.openReply(event, inTime),
    );
    return guardReply(reply, clock, logger);
  }

  return {
    open,
    async finish(event, message, opened) {
      const { signal } = new AbortController();
      const reply = opened ?? (await open(event, signal));
      await withDeadline({ clock, timeoutMs: PLATFORM_TIMEOUT_MS, signal }, () => reply.finish(message));
    },
  };
}

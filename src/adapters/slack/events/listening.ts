import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { withDeadline } from '../../../core/deadline.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Logger } from '../../../core/ports/logger.js';
import type { Workspaces } from '../install/workspaces.js';
import type { Members } from './members.js';
import type { ReplyMemory } from '../reply/reply-memory.js';
import type { ResponseUrls } from '../reply/response-urls.js';

/** What listeners work with. */
export interface Listening {
  readonly host: ChatHost;
  readonly workspaces: Workspaces;
  readonly members: Members;
  readonly memory: ReplyMemory;
  readonly responseUrls: ResponseUrls;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a listener may ask Slack before it acknowledges, in milliseconds: after three seconds Slack counts it as failed. */
const LOOK_TIMEOUT_MS = 1_500;

/** Asks Slack something while it waits for the acknowledgement. @throws what the call threw; a `TimeoutError` */
export function inTime<Result>({ clock }: Pick<Listening, 'clock'>, ask: (signal: AbortSignal) => Promise<Result>) {
  const { signal } = new AbortController();
  return withDeadline({ clock, timeoutMs: LOOK_TIMEOUT_MS, signal }, ask);
}

/** Hands an event to the host, which keeps it durably. @throws as `ChatHost.accept`. */
export async function accept({ host, memory }: Pick<Listening, 'host' | 'memory'>, event: ChatEvent): Promise<void> {
  memory.noteAccepted(event.id);
  let isAccepted = false;
  try {
    isAccepted = (await host.accept(event)) === 'accepted';
  } finally {
    if (!isAccepted) memory.forgetAccepted(event.id);
  }
}

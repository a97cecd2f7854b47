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
export function inTime<Result>(
  { clock }: Pick<Listening, 'clock'>,
  ask: (signal: AbortSignal) => Promise<Result>,
  timeoutMs = LOOK_TIMEOUT_MS,
) {
  const { signal } = new AbortController();
  return withDeadline({ clock, timeoutMs, signal }, ask);
}

/** Gives an acknowledgement once, and says whether this was the time: Slack takes no second one. */
export function acknowledgeOnce<Response>(
  ack: (response?: Response) => Promise<void>,
): (response?: Response) => Promise<boolean> {
  let isGiven = false;
  return async (response) => {
    if (isGiven) return false;
    isGiven = true;
    await ack(response);
    return true;
  };
}

/** How long somebody's command or form may wait for its acknowledgement, in milliseconds. */
const ACKNOWLEDGE_AFTER_MS = 2_500;

/**
 * Acknowledges when the work is done, or shortly before Slack would tell the person that it failed, while the work goes on.
 * @throws what the work threw, before or after.
 */
export async function acknowledging(
  { clock }: Pick<Listening, 'clock'>,
  ack: () => Promise<unknown>,
  work: Promise<void>,
): Promise<void> {
  let early: Promise<unknown> | undefined;
  const cancel = clock.after(ACKNOWLEDGE_AFTER_MS, () => {
    early = ack();
    early.catch(() => undefined);
  });
  try {
    await work;
  } finally {
    cancel();
  }
  // Where Slack does not hear it, Slack says so itself; what was asked is done all the same.
  await (early ?? ack()).catch(() => undefined);
}

/** Hands an event to the host, which keeps it durably. @throws as `ChatHost.accept`. */
export async function accept(
  { host, memory }: Pick<Listening, 'host' | 'memory'>,
  event: ChatEvent,
): ReturnType<ChatHost['accept']> {
  memory.noteAccepted(event.id);
  let outcome: Awaited<ReturnType<ChatHost['accept']>> | undefined;
  try {
    outcome = await host.accept(event);
    return outcome;
  } finally {
    if (outcome !== 'accepted') memory.forgetAccepted(event.id);
  }
}

import type { Payload } from './descriptions.js';
import type { World } from './state.js';
import type { Delivery, DeliveryAttempt, RequestUrls } from './records.js';

/** How one try ended: with the app's acknowledgement, or why it counts as lost. */
export type AttemptEnd =
  | { readonly reply: unknown }
  /** `isFinal`: the app asked for no retry (`x-slack-no-retry`). */
  | { readonly failure: string; readonly isFinal?: boolean };

/** Carries one try to the app; knows nothing of time limits and retries. */
export interface Transport {
  /** By which way the next try goes. */
  via(): DeliveryAttempt['via'];
  /** Never rejects; resolves never when the app never answers. */
  send(delivery: Delivery, attempt: DeliveryAttempt): Promise<AttemptEnd>;
}

/** What is to be delivered. */
export interface NewDelivery extends Pick<Delivery, 'kind' | 'type' | 'teamId'> {
  readonly body: Payload;
  /** Called once with the acknowledgement. */
  onReply?(reply: unknown): void;
  /** Called once when Slack gives up: commands and interactions are tried only once. */
  onLost?(failure: string): void;
}

/** Delivers, tries again as Slack does, and keeps a record. */
export interface Deliveries {
  readonly all: readonly Delivery[];
  send(made: NewDelivery): Delivery;
  deliverTo(target: RequestUrls | 'socket'): void;
  hold(): void;
  release(arrange?: (held: readonly Delivery[]) => readonly Delivery[]): void;
  redeliver(delivery: Delivery, retry?: { readonly number: number; readonly reason: string }): Promise<DeliveryAttempt>;
  settled(): Promise<void>;
  stop(): void;
}

interface Entry extends Delivery {
  state: Delivery['state'];
  readonly attempts: DeliveryAttempt[];
  readonly made: NewDelivery;
  settle(): void;
}

/** The app must acknowledge within this. */
const LIMIT_MS = 3_000;
/** Slack's three retries of an event: at once, after a minute, after five. */
const RETRY_DELAYS_MS = [0, 60_000, 300_000];

/** @param ways how to reach the app, by HTTP at given addresses or over its sockets */
export function createDeliveries(
  world: World,
  ways: { readonly http: (urls: RequestUrls) => Transport; readonly socket: Transport },
): Deliveries {
  const entries: Entry[] = [];
  const cancels = new Set<() => void>();
  let transport = ways.socket;
  let held: Entry[] | undefined;
  let isStopped = false;

  const timer = (delayMs: number): { readonly over: Promise<void>; end(): void } => {
    const { promise: over, resolve } = withResolver();
    const cancel = world.clock.after(delayMs, resolve);
    const end = (): void => {
      cancels.delete(end);
      cancel();
      resolve();
    };
    cancels.add(end);
    return { over, end };
  };

  const attempt = async (
    entry: Entry,
    retry?: { readonly number: number; readonly reason: string },
  ): Promise<DeliveryAttempt & { isFinal?: boolean }> => {
    const made: DeliveryAttempt & { isFinal?: boolean } = {
      sentAtMs: world.clock.now(),
      via: transport.via(),
      retryNumber: retry?.number ?? 0,
      ...(retry === undefined ? {} : { retryReason: retry.reason }),
    };
    entry.attempts.push(made);
    const late: AttemptEnd = { failure: made.via === 'http' ? 'http_timeout' : 'timeout' };
    const limit = timer(LIMIT_MS);
    const end = await Promise.race([transport.send(entry, made), limit.over.then(() => late)]);
    limit.end();
    if ('reply' in end) Object.assign(made, { acknowledgedAtMs: world.clock.now(), reply: end.reply });
    else Object.assign(made, { failure: end.failure, isFinal: end.isFinal ?? false });
    return made;
  };

  const run = async (entry: Entry): Promise<void> => {
    entry.state = 'pending';
    let last = await attempt(entry);
    for (const [index, delayMs] of RETRY_DELAYS_MS.entries()) {
      if (last.failure === undefined || last.isFinal === true || entry.kind !== 'event' || isStopped) break;
      if (delayMs > 0) await timer(delayMs).over;
      if (isStopped) break;
      last = await attempt(entry, { number: index + 1, reason: last.failure });
    }
    entry.state = last.failure === undefined ? 'acknowledged' : 'lost';
    if (last.failure === undefined) entry.made.onReply?.(last.reply);
    else if (!isStopped) entry.made.onLost?.(last.failure);
    entry.settle();
  };

  return {
    all: entries,
    send(made) {
      const { promise: settled, resolve: settle } = withResolver();
      const { kind, type, teamId, body } = made;
      const entry: Entry = { kind, type, teamId, body, made, attempts: [], state: 'held', settled, settle };
      entries.push(entry);
      if (held === undefined) void run(entry);
      else held.push(entry);
      return entry;
    },
    deliverTo(target) {
      transport = target === 'socket' ? ways.socket : ways.http(target);
    },
    hold() {
      held ??= [];
    },
    release(arrange = (list) => list) {
      const waiting = held ?? [];
      held = undefined;
      for (const delivery of arrange(waiting)) {
        const entry = waiting.find((candidate) => candidate === delivery);
        if (entry?.state === 'held') void run(entry);
      }
    },
    async redeliver(delivery, retry) {
      const entry = entries.find((candidate) => candidate === delivery);
      if (entry === undefined) throw new Error('this delivery is not one of the stand-in');
      return attempt(entry, retry);
    },
    async settled() {
      for (let open = openOf(entries); open.length > 0; open = openOf(entries))
        await Promise.all(open.map(({ settled }) => settled));
    },
    stop() {
      isStopped = true;
      for (const cancel of cancels) cancel();
    },
  };
}

function openOf(entries: readonly Entry[]): Entry[] {
  return entries.filter(({ state }) => state === 'pending');
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

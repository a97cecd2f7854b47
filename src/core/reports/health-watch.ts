import { z } from 'zod';
import { notice } from '../chat/outgoing-message.js';
import { describeComponent } from '../health/health-text.js';
import type { ComponentHealth, HealthBoard } from '../health/health-board.js';
import { DocentError } from '../errors.js';
import { type CreatorId, hashParts } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator, Lease } from '../ports/coordinator.js';
import type { HealthState } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import type { Alert, AlertPost } from './alert-post.js';

/** What watches over health, and who is told. */
export interface HealthWatchOptions {
  readonly board: HealthBoard;
  readonly post: AlertPost;
  readonly recordStore: RecordStore;
  readonly coordinator: Pick<Coordinator, 'lease'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a new state must hold before it is told, in milliseconds. */
  readonly holdMs: number;
}

/** Tells the creators' admin channels when a component's state has changed, and when it has changed back. */
export interface HealthWatch {
  /** Also begins to post what whoever watches has to tell. */
  start(): void;
  stop(drainMs: number): Promise<void>;
}

/** The states that people were told last, by component; a component that is not there is taken for healthy. */
const toldSchema = z.object({ states: z.record(z.string(), z.enum(['healthy', 'degraded', 'unhealthy'])) });
const toldCollection = { name: 'health-told', schema: toldSchema } satisfies Collection<typeof toldSchema>;
const TOLD_ID = 'told';
type States = Readonly<Record<string, HealthState>>;

/** The longest time between two looks, in milliseconds. */
const LOOK_EVERY_MS = 10_000;
/** Of all processes that could watch, the one that has this lease does. */
const LEASE_NAME = 'health-watch';
/** How long after the death of the process that watches another one begins, in milliseconds. */
const LEASE_MS = 15_000;
/** States that are remembered as told: those told last. */
const MAX_TOLD = 200;

/**
 * A watch over the board. One process watches, and another when it is gone: two that see different things would contradict
 * each other. What was told is a record for whoever watches next; while the store is away, the process that watched last
 * tells what it sees by itself, and remembers that it did.
 */
export function createHealthWatch(options: HealthWatchOptions): HealthWatch {
  const { board, post, recordStore, coordinator, clock, logger, holdMs } = options;
  const lookEveryMs = Math.min(LOOK_EVERY_MS, holdMs);
  let seen = new Map<string, { readonly state: HealthState; readonly since: number }>();
  const stopping = new AbortController();
  /** What everybody was told, as far as this process knows. */
  let toldAll: States = {};
  /** What each creator's people were told besides, by this process alone, while the record could not be written. */
  const toldAlone = new Map<CreatorId, States>();
  let lease: Lease | undefined;
  let cancel = (): void => {};
  let looking: Promise<void> = Promise.resolve();

  /** Whoever watched last goes on while nobody can say who does. */
  async function isWatching(): Promise<boolean> {
    if (lease !== undefined && !lease.signal.aborted) return true;
    try {
      lease = await coordinator.lease(LEASE_NAME, { leaseMs: LEASE_MS });
    } catch {
      // The coordinator's own health is on the board.
    }
    return lease !== undefined;
  }

  /** Components whose state has lasted. */
  function held(components: readonly ComponentHealth[]): ComponentHealth[] {
    const now = clock.now();
    const before = seen;
    seen = new Map(
      components.map(({ component, state }) => {
        const known = before.get(component);
        return [component, known?.state === state ? known : { state, since: now }];
      }),
    );
    return components.filter(({ component }) => now - sinceOf(component) >= holdMs);
  }

  function sinceOf(component: string): number {
    return seen.get(component)?.since ?? clock.now();
  }

  async function look(): Promise<void> {
    const watches = await isWatching();
    // What was told alone is handed over to whoever watches now.
    if (!watches && toldAlone.size === 0) {
      seen.clear();
      return;
    }
    const lasting = watches ? held((await board.check(stopping.signal)).components) : [];
    try {
      await tellShared(lasting);
    } catch (error) {
      // Another process has just told something: the next look sees it.
      if (error instanceof DocentError && error.code === 'RECORD_CONFLICT') return;
      logger.warn('health.not-shared', {}, error);
      await tellAlone(lasting);
    }
  }

  async function tellShared(lasting: readonly ComponentHealth[]): Promise<void> {
    await post.learnChannels();
    const stored = await recordStore.get(toldCollection, SYSTEM_SCOPE, TOLD_ID);
    toldAll = { ...stored?.value.states, ...mergeStates(toldAlone.values()) };
    const changes = changesSince(toldAll, lasting);
    if (changes.length > 0) {
      // Whoever else sees the same change makes the same key, and the queue takes it once.
      await post.enqueue(alertOf(changes, `${stored?.revision ?? 'first'}`));
    } else if (toldAlone.size === 0) return;
    const states = sickOf({ ...toldAll, ...statesOf(changes) });
    const condition = { ifRevision: stored?.revision ?? ('absent' as const) };
    await recordStore.put(toldCollection, SYSTEM_SCOPE, { id: TOLD_ID, value: { states } }, condition);
    toldAlone.clear();
  }

  /** Whom it cannot reach, it tells at a later look. */
  async function tellAlone(lasting: readonly ComponentHealth[]): Promise<void> {
    const changesFor = (creatorId: CreatorId): ComponentHealth[] =>
      changesSince({ ...toldAll, ...toldAlone.get(creatorId) }, lasting);
    const settled = await post.postDirectly((creatorId) => {
      const changes = changesFor(creatorId);
      // The same states are the same alert, however often it is tried.
      const occasion = changes.map(({ component }) => sinceOf(component)).join();
      return changes.length === 0 ? undefined : alertOf(changes, occasion);
    }, stopping.signal);
    for (const creatorId of settled)
      toldAlone.set(creatorId, { ...toldAlone.get(creatorId), ...statesOf(changesFor(creatorId)) });
  }

  function alertOf(changes: readonly ComponentHealth[], occasion: string): Alert {
    const parts = changes.flatMap(({ component, state }) => [component, state]);
    const data = { changes: changes.map((change) => ({ ...change })) } as unknown as JsonValue;
    return {
      key: hashParts(['health', occasion, ...parts], 16),
      at: clock.now(),
      message: notice(`**${titleOf(changes)}**\n\n${changes.map(describeComponent).join('\n')}`, data),
    };
  }

  const lookAndGoOn = (): void => {
    looking = look()
      .catch((error: unknown) => logger.warn('health.not-watched', {}, error))
      .then(arm);
  };
  const arm = (): void => {
    if (!stopping.signal.aborted) cancel = clock.after(lookEveryMs, lookAndGoOn);
  };

  return {
    start() {
      post.start();
      arm();
    },
    async stop(drainMs) {
      stopping.abort();
      cancel();
      await looking;
      await Promise.all([lease?.release(), post.stop(drainMs)]);
    },
  };
}

function changesSince(told: States, lasting: readonly ComponentHealth[]): ComponentHealth[] {
  return lasting.filter(({ component, state }) => state !== (told[component] ?? 'healthy'));
}

function statesOf(changes: readonly ComponentHealth[]): States {
  return Object.fromEntries(changes.map(({ component, state }) => [component, state]));
}

/** The states that must be remembered: a component that is not there is taken for healthy. */
function sickOf(states: States): States {
  const sick = Object.entries(states).filter(([, state]) => state !== 'healthy');
  return Object.fromEntries(sick.slice(-MAX_TOLD));
}

function mergeStates(each: Iterable<States>): States {
  return Object.assign({}, ...each) as States;
}

function titleOf(changes: readonly ComponentHealth[]): string {
  if (changes.every(({ state }) => state === 'healthy')) return 'It works again.';
  return changes.some(({ state }) => state === 'unhealthy') ? 'Something stopped working.' : 'Something works in part.';
}

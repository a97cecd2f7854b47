import { z } from 'zod';
import { notice } from '../chat/outgoing-message.js';
import { describeComponent } from '../health/health-text.js';
import type { ComponentHealth, HealthBoard } from '../health/health-board.js';
import { DocentError } from '../errors.js';
import { hashParts } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Clock } from '../ports/clock.js';
import type { HealthState } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import type { Alert, AlertPost } from './alert-post.js';

/** What watches over health, and who is told. */
export interface HealthWatchOptions {
  readonly board: HealthBoard;
  readonly post: AlertPost;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a new state must hold before it is told, in milliseconds. */
  readonly holdMs: number;
}

/** Tells the creators' admin channels when a component's state has changed, and when it has changed back. */
export interface HealthWatch {
  start(): void;
  stop(): Promise<void>;
}

/** The states that people were told last, by component; a component that is not there is taken for healthy. */
const toldSchema = z.object({ states: z.record(z.string(), z.enum(['healthy', 'degraded', 'unhealthy'])) });
const toldCollection = { name: 'health-told', schema: toldSchema } satisfies Collection<typeof toldSchema>;
const TOLD_ID = 'told';
type States = Readonly<Record<string, HealthState>>;

/** The longest time between two looks, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/**
 * A watch over the board. What was told is a record that all processes share, so that a change is told once; while the
 * store is away, each process tells what it sees by itself, and remembers that it did.
 */
export function createHealthWatch(options: HealthWatchOptions): HealthWatch {
  const { board, post, recordStore, clock, logger, holdMs } = options;
  const lookEveryMs = Math.min(LOOK_EVERY_MS, holdMs);
  const seen = new Map<string, { readonly state: HealthState; readonly since: number }>();
  const stopping = new AbortController();
  /** What this process told while the record could not be written. */
  let toldAlone: States = {};
  let cancel = (): void => {};
  let looking: Promise<void> = Promise.resolve();

  function held(components: readonly ComponentHealth[]): ComponentHealth[] {
    const now = clock.now();
    return components.filter(({ component, state }) => {
      const known = seen.get(component);
      if (known?.state !== state) seen.set(component, { state, since: now });
      return now - (seen.get(component)?.since ?? now) >= holdMs;
    });
  }

  async function look(): Promise<void> {
    const { components } = await board.check(stopping.signal);
    const lasting = held(components);
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
    const told: States = { ...stored?.value.states, ...toldAlone };
    const changes = changesSince(told, lasting);
    if (changes.length > 0) {
      // Whoever else sees the same change makes the same key, and the queue takes it once.
      await post.enqueue(alertOf(changes, `${stored?.revision ?? 'first'}`));
    } else if (Object.keys(toldAlone).length === 0) return;
    const states = { ...told, ...statesOf(changes) };
    const condition = { ifRevision: stored?.revision ?? ('absent' as const) };
    await recordStore.put(toldCollection, SYSTEM_SCOPE, { id: TOLD_ID, value: { states } }, condition);
    toldAlone = {};
  }

  async function tellAlone(lasting: readonly ComponentHealth[]): Promise<void> {
    const changes = changesSince(toldAlone, lasting);
    if (changes.length === 0) return;
    const minute = String(Math.floor(clock.now() / 60_000));
    if (await post.postDirectly(alertOf(changes, minute), stopping.signal))
      toldAlone = { ...toldAlone, ...statesOf(changes) };
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
    start: arm,
    async stop() {
      stopping.abort();
      cancel();
      await looking;
    },
  };
}

function changesSince(told: States, lasting: readonly ComponentHealth[]): ComponentHealth[] {
  return lasting.filter(({ component, state }) => state !== (told[component] ?? 'healthy'));
}

function statesOf(changes: readonly ComponentHealth[]): States {
  return Object.fromEntries(changes.map(({ component, state }) => [component, state]));
}

function titleOf(changes: readonly ComponentHealth[]): string {
  if (changes.every(({ state }) => state === 'healthy')) return 'It works again.';
  return changes.some(({ state }) => state === 'unhealthy') ? 'Something stopped working.' : 'Something works in part.';
}

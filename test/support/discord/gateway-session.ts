import { shardOf } from './snowflake.js';
import type { Dispatch } from './state.js';

/** A dispatch as it was or will be sent. */
export interface SentEvent {
  readonly s: number;
  readonly t: string;
  readonly d: object;
}

/** A session: it outlives its connection, and keeps what was sent for a RESUME. */
export interface Session {
  readonly id: string;
  readonly shard: readonly [number, number];
  readonly intents: number;
  readonly events: readonly SentEvent[];
  /** The number of the last dispatch. */
  readonly sequence: number;
  /** Takes dispatches while the session is connected. */
  send: ((event: SentEvent) => void) | undefined;
  /** Adds a dispatch and sends it, now or on RESUME. */
  add(type: string, data: object): void;
}

/** Dispatches that are kept for a RESUME. */
const MAX_KEPT = 5_000;

/** A session that has just identified. */
export function createSession(id: string, shard: readonly [number, number], intents: number): Session {
  const events: SentEvent[] = [];
  let sequence = 0;
  const session: Session = {
    id,
    shard,
    intents,
    events,
    get sequence() {
      return sequence;
    },
    send: undefined,
    add(type, data) {
      sequence += 1;
      const event = { s: sequence, t: type, d: data };
      events.push(event);
      if (events.length > MAX_KEPT) events.shift();
      session.send?.(event);
    },
  };
  return session;
}

/** Whether a session is told of something (events/gateway, Gateway Intents and Sharding). */
export function isTold({ shard: [index, count], intents }: Session, event: Dispatch): boolean {
  const shard = event.guildId === undefined ? 0 : shardOf(event.guildId, count);
  // Interactions of direct messages come on every app's first shard too.
  return shard === index && (event.intents === 0 || (event.intents & intents) !== 0);
}

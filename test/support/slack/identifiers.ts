import type { Clock } from '../../../src/core/ports/clock.js';

/** Makes ids and timestamps as Slack's look, each once. */
export interface Identifiers {
  /** Such as `C000000001` for the prefix `C`. */
  next(prefix: string): string;
  /** A message timestamp, `seconds.micros`, later than every one before. */
  ts(): string;
}

const MICROS_PER_MS = 1_000;
const MICROS_PER_SECOND = 1_000_000;

/** Timestamps go by the clock and never stand still. */
export function createIdentifiers(clock: Clock): Identifiers {
  let made = 0;
  let lastMicros = 0;
  return {
    next(prefix) {
      made += 1;
      return `${prefix}${made.toString(36).toUpperCase().padStart(9, '0')}`;
    },
    ts() {
      lastMicros = Math.max(clock.now() * MICROS_PER_MS, lastMicros + 1);
      const micros = String(lastMicros % MICROS_PER_SECOND).padStart(6, '0');
      return `${Math.floor(lastMicros / MICROS_PER_SECOND)}.${micros}`;
    },
  };
}

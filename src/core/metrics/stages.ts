import type { Clock } from '../ports/clock.js';

/**
 * What an answer goes through, in order: it waits for its turn, its question is made to stand alone, passages are looked
 * for, the model is waited for, and writes.
 */
export const STAGES = ['queue', 'rewrite', 'retrieve', 'first-token', 'generate'] as const;
/** One of them. */
export type Stage = (typeof STAGES)[number];

/** When a stage began, in milliseconds since 1970, and how long it took; stages that were left out are not there. */
export type StageTimes = Readonly<Partial<Record<Stage, { readonly startedAt: number; readonly durationMs: number }>>>;

/** Notes how long the stages of one answer take. */
export interface Stopwatch {
  /** Runs a stage. One that fails is noted too. */
  time<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result>;
  /** Notes a stage that lies between two moments, in milliseconds since 1970. */
  note(stage: Stage, startedAt: number, endedAt: number): void;
  readonly times: StageTimes;
}

/** A stopwatch that nothing was noted on yet. */
export function createStopwatch(clock: Pick<Clock, 'now'>): Stopwatch {
  const times: { -readonly [Name in Stage]?: StageTimes[Name] } = {};
  const note = (stage: Stage, startedAt: number, endedAt: number): void => {
    times[stage] = { startedAt, durationMs: Math.max(0, endedAt - startedAt) };
  };
  return {
    times,
    note,
    async time(stage, work) {
      const startedAt = clock.now();
      try {
        return await work();
      } finally {
        note(stage, startedAt, clock.now());
      }
    },
  };
}

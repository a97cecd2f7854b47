/** Times the stages of one question after another. */
export interface Stopwatch {
  /** Runs a call and adds its milliseconds to the stage. */
  time<Result>(stage: string, call: () => Promise<Result>): Promise<Result>;
  /** What was measured since the last time, by stage. */
  take(): Record<string, number>;
}

/** @param now milliseconds of a clock that only goes forward */
export function createStopwatch(now: () => number): Stopwatch {
  let stagesMs: Record<string, number> = {};
  return {
    async time(stage, call) {
      const startedMs = now();
      try {
        return await call();
      } finally {
        stagesMs[stage] = (stagesMs[stage] ?? 0) + now() - startedMs;
      }
    },
    take() {
      const taken = stagesMs;
      stagesMs = {};
      return taken;
    },
  };
}

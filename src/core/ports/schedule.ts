/** What runs, and when. */
export interface ScheduledTask {
  /** Unique among the running tasks. */
  readonly name: string;
  /** Five or six cron fields. */
  readonly cron: string;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timezone: string;
  /**
   * Called once a slot with the slot's time in milliseconds since 1970. A slot that comes while it runs is left out; of
   * those that the process slept through, the newest runs late and the others are left out.
   */
  run(slotAtMs: number, signal: AbortSignal): Promise<void>;
}

/** Calls tasks at cron times. A time that does not exist on a day, as the clocks go forward over it, is the end of that gap. */
export interface Schedule {
  /** @throws DocentError `SETTINGS_INVALID` for a wrong expression or time zone. @returns a function that ends the task and waits for a running call. */
  start(task: ScheduledTask): () => Promise<void>;
  /** The next `count` slots after now, in milliseconds since 1970. @throws as `start`. */
  next(cron: string, timezone: string, count: number): number[];
  /**
   * The times in English, such as "At 09:00, only on Monday". @throws as `start`, and for what runs but cannot be said.
   */
  inWords(cron: string): string;
}

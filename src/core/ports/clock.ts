/** Time as a port, so that tests need no sleep. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /**
   * Calls `callback` once, after `delayMs` milliseconds. Timers never keep the process alive.
   * @returns a function that cancels the call; harmless afterwards.
   */
  after(delayMs: number, callback: () => void): () => void;
}

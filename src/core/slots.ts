/** A turn, to be given back exactly once. */
type Release = () => void;

/** A bounded number of turns with a bounded queue. */
export interface Slots {
  /**
   * Waits for a turn; first come, first served.
   * @returns undefined when the queue is full. @throws the signal's reason when it is aborted while waiting.
   */
  take(signal: AbortSignal): Promise<Release> | undefined;
}

/** @param maxParallel turns at once. @param maxWaiting callers that may wait for one. */
export function createSlots(maxParallel: number, maxWaiting: number): Slots {
  let taken = 0;
  const waiting: (() => void)[] = [];

  const release = (): void => {
    taken -= 1;
    waiting.shift()?.();
  };
  const start = (): Release => {
    taken += 1;
    return release;
  };

  const wait = (signal: AbortSignal): Promise<Release> =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      const begin = (): void => {
        signal.removeEventListener('abort', abort);
        resolve(start());
      };
      waiting.push(begin);
      signal.addEventListener('abort', abort, { once: true });
    });

  return {
    take(signal) {
      if (taken < maxParallel) return Promise.resolve(start());
      return waiting.length < maxWaiting ? wait(signal) : undefined;
    },
  };
}

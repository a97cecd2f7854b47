import type { Change } from '../../core/ports/coordinator.js';

/** Changes that one follower may be behind; then the oldest are dropped. */
const MAX_BEHIND = 1_000;

/** Changes within this process. */
export interface ChangeStream {
  publish(change: Change): void;
  /** From the call on, until the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<Change>;
}

interface Follower {
  readonly behind: Change[];
  wake(): void;
}

/** Hands each change to every follower's own bounded list. */
export function createChangeStream(): ChangeStream {
  const followers = new Set<Follower>();

  return {
    publish(change) {
      for (const follower of followers) {
        if (follower.behind.length === MAX_BEHIND) follower.behind.shift();
        follower.behind.push(change);
        follower.wake();
      }
    },
    follow(signal) {
      const follower: Follower = { behind: [], wake() {} };
      if (!signal.aborted) followers.add(follower);
      const leave = (): void => {
        followers.delete(follower);
        follower.wake();
      };
      signal.addEventListener('abort', leave, { once: true });
      return changesOf(follower, signal, () => {
        followers.delete(follower);
        signal.removeEventListener('abort', leave);
      });
    },
  };
}

async function* changesOf(follower: Follower, signal: AbortSignal, leave: () => void): AsyncGenerator<Change> {
  try {
    while (!signal.aborted) {
      const next = follower.behind.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          follower.wake = resolve;
        });
    }
  } finally {
    leave();
  }
}

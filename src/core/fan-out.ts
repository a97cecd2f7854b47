/** Hands each item to every follower's own bounded list. */
export interface FanOut<Item> {
  push(item: Item): void;
  /** Items from the call on, until the signal aborts; a follower that is further behind than the bound misses the oldest. */
  follow(signal: AbortSignal): AsyncIterable<Item>;
  /** Ends every follower with an error, behind the items that it has. */
  fail(error: Error): void;
}

interface Follower<Item> {
  readonly behind: Item[];
  failure?: Error;
  wake(): void;
}

/** @param maxBehind how many items one follower may be behind */
export function createFanOut<Item>(maxBehind: number): FanOut<Item> {
  const followers = new Set<Follower<Item>>();

  return {
    push(item) {
      for (const follower of followers) {
        if (follower.behind.length === maxBehind) follower.behind.shift();
        follower.behind.push(item);
        follower.wake();
      }
    },
    follow(signal) {
      const follower: Follower<Item> = { behind: [], wake() {} };
      if (!signal.aborted) followers.add(follower);
      const leave = (): void => {
        followers.delete(follower);
        follower.wake();
      };
      signal.addEventListener('abort', leave, { once: true });
      return itemsOf(follower, signal, () => {
        followers.delete(follower);
        signal.removeEventListener('abort', leave);
      });
    },
    fail(error) {
      for (const follower of followers) {
        follower.failure = error;
        follower.wake();
      }
      followers.clear();
    },
  };
}

async function* itemsOf<Item>(follower: Follower<Item>, signal: AbortSignal, leave: () => void): AsyncGenerator<Item> {
  try {
    while (!signal.aborted) {
      const next = follower.behind.shift();
      if (next !== undefined) yield next;
      else if (follower.failure !== undefined) throw follower.failure;
      else
        await new Promise<void>((resolve) => {
          follower.wake = resolve;
        });
    }
  } finally {
    leave();
  }
}

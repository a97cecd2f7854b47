import type { World } from './state.js';

/** A refusal by status 429, with the seconds to wait. */
export class RateLimited extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`rate limited for ${retryAfterSeconds} s`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const POST_INTERVAL_MS = 1_000;

/** Where it is switched on: one post a second and channel. @throws RateLimited */
export function limitPosts({ behaviour, clock, lastPostAtMs }: World, channelId: string): void {
  if (!behaviour.limitsPostsPerChannel) return;
  const last = lastPostAtMs.get(channelId);
  if (last !== undefined && clock.now() - last < POST_INTERVAL_MS) throw new RateLimited(1);
  lastPostAtMs.set(channelId, clock.now());
}

import { createBoundedMap } from '../bounded-map.js';
import { DocentError } from '../errors.js';
import type { MemberKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Role } from './chat-event.js';

/** How much one person may ask. */
export interface RateLimitOptions {
  readonly clock: Clock;
  /** Questions and changes a minute for a member; so many may also come at once. */
  readonly memberPerMinute: number;
  /** The same for managers. Operators, who run this Docent, are not limited. */
  readonly managerPerMinute: number;
}

/** How often one person may ask. */
export interface RateLimit {
  /**
   * Takes `cost` from the person's minute.
   * @throws DocentError `RATE_LIMITED` when there is too little left.
   */
  take(memberKey: MemberKey, role: Role, cost: number): void;
}

const MAX_MEMBERS = 10_000;
const MINUTE_MS = 60_000;

/** A token bucket for each person; the 10,000 seen last are kept. */
export function createRateLimit({ clock, memberPerMinute, managerPerMinute }: RateLimitOptions): RateLimit {
  const buckets = createBoundedMap<MemberKey, { readonly tokens: number; readonly at: number }>(MAX_MEMBERS);
  return {
    take(memberKey, role, cost) {
      if (role === 'operator') return;
      const perMinute = role === 'member' ? memberPerMinute : managerPerMinute;
      const now = clock.now();
      const bucket = buckets.get(memberKey) ?? { tokens: perMinute, at: now };
      const tokens = Math.min(perMinute, bucket.tokens + (Math.max(0, now - bucket.at) / MINUTE_MS) * perMinute);
      const isEnough = tokens >= cost;
      buckets.set(memberKey, { tokens: isEnough ? tokens - cost : tokens, at: now });
      if (isEnough) return;
      const waitSeconds = Math.ceil(((cost - tokens) / perMinute) * 60);
      throw new DocentError('RATE_LIMITED', {
        userMessage: `That is more than I can take from one person at once. Try again in ${waitSeconds} ${waitSeconds === 1 ? 'second' : 'seconds'}.`,
      });
    },
  };
}

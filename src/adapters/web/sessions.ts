import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.js';

const SESSION_MS = 30 * 86_400_000;
const MAX_WRONG_TRIES = 10;
const WRONG_TRIES_WINDOW_MS = 60_000;

/** Who may use the page. */
export interface Sessions {
  readonly tokenRequired: boolean;
  /** A new member's id. */
  newMemberId(): string;
  /** The member id as a cookie holds it, or undefined when it is none. */
  memberId(cookie: string | undefined): string | undefined;
  /** Compares in constant time; ten wrong tries a minute, then none is looked at until the minute is over. */
  tryToken(token: string): 'right' | 'wrong' | 'too many tries';
  /** The session cookie's value for a member who showed the token. It lives 30 days, and dies with the token. */
  issue(memberId: string): string;
  isValid(memberId: string | undefined, session: string | undefined): boolean;
  /** How long the session cookie lives, in seconds. */
  readonly maxAgeSeconds: number;
}

/** Sessions without a store: a session is an end time and its signature under a key that is made from the token. */
export function createSessions(options: { readonly token: string | undefined; readonly clock: Clock }): Sessions {
  const { token, clock } = options;
  const key = createHmac('sha256', token ?? randomBytes(32))
    .update('docent web session')
    .digest();
  let wrongTries: number[] = [];

  const sign = (memberId: string, endsAt: number): string =>
    createHmac('sha256', key).update(`${memberId}.${endsAt}`).digest('base64url');

  return {
    tokenRequired: token !== undefined,
    maxAgeSeconds: SESSION_MS / 1_000,
    newMemberId: () => randomBytes(16).toString('hex'),
    memberId: (cookie) => (cookie !== undefined && /^[0-9a-f]{32}$/.test(cookie) ? cookie : undefined),
    tryToken(presented) {
      const now = clock.now();
      wrongTries = wrongTries.filter((at) => at > now - WRONG_TRIES_WINDOW_MS);
      if (wrongTries.length >= MAX_WRONG_TRIES) return 'too many tries';
      if (token !== undefined && isSame(presented, token)) return 'right';
      wrongTries.push(now);
      return 'wrong';
    },
    issue(memberId) {
      const endsAt = clock.now() + SESSION_MS;
      return `${endsAt}.${sign(memberId, endsAt)}`;
    },
    isValid(memberId, session) {
      if (token === undefined) return true;
      const [endsAt, signature] = session?.split('.') ?? [];
      if (memberId === undefined || endsAt === undefined || signature === undefined) return false;
      return isSame(signature, sign(memberId, Number(endsAt))) && Number(endsAt) > clock.now();
    },
  };
}

/** Hashed first, so that the comparison takes the same time for every length. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

import { counted, listed } from '../core/chat/words.js';
import type { Erased } from '../core/erasure.js';

/** What went, in one sentence part: `3 conversation messages and 1 channel links`. */
export function describeErased(erased: readonly Erased[]): string {
  return listed(erased.map(({ what, count }) => counted(count, what, what)));
}

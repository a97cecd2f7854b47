import type { Clock } from './ports/clock.js';

/**
 * Whether a moment lies less than `ageMs` milliseconds back. One that lies ahead is of a clock that was set back since, and
 * counts as long ago: what was kept then would stay for as long as the clock was wrong.
 */
export function isRecent(clock: Pick<Clock, 'now'>, at: number, ageMs: number): boolean {
  const passedMs = clock.now() - at;
  return passedMs >= 0 && passedMs < ageMs;
}

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/core/ports/clock.js';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves time on: fires the timers that fall due, each at its own moment, and lets promises settle after each. */
  advance(ms: number): Promise<void>;
}

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Enough turns of the event loop for a chain of resolved promises and immediates to run out. */
const SETTLING_TURNS = 3;

/** Whether files are being read or written: what waits for them is ready but for the disk, which may be slow. */
function isDiskAtWork(): boolean {
  return process.getActiveResourcesInfo().some((resource) => /^(?:FSReq|CloseReq)/.test(resource));
}

/** Lets everything that is ready to run do so, however long the disk takes for it. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLING_TURNS; turn += 1) {
    do await setImmediate();
    while (isDiskAtWork());
  }
}

/**
 * @param startMs milliseconds since 1970; by default 1 December 2026, 12:00 UTC
 * @param letRun lets what is ready run; to be given where that takes more than turns of the event loop, such as answers
 *   of a server
 * @param moved called whenever time has moved on, before what falls due then
 */
export function createFakeClock(
  startMs = Date.UTC(2026, 11, 1, 12),
  letRun = settle,
  moved: (fromMs: number, toMs: number) => Promise<void> = async () => {},
): FakeClock {
  let nowMs = startMs;
  const moveTo = async (toMs: number): Promise<void> => {
    if (toMs === nowMs) return;
    const fromMs = nowMs;
    nowMs = toMs;
    await moved(fromMs, toMs);
  };
  const timers = new Set<Timer>();

  const takeDue = (untilMs: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers)
      if (timer.dueAt <= untilMs && (first === undefined || timer.dueAt < first.dueAt)) first = timer;
    if (first !== undefined) timers.delete(first);
    return first;
  };

  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { dueAt: nowMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const targetMs = nowMs + ms;
      await letRun();
      for (let timer = takeDue(targetMs); timer !== undefined; timer = takeDue(targetMs)) {
        await moveTo(Math.max(nowMs, timer.dueAt));
        timer.callback();
        await letRun();
      }
      await moveTo(targetMs);
    },
  };
}

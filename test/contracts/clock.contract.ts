import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/core/ports/clock.js';

/** A clock under test, and how its time is made to pass. */
export interface ClockSubject {
  readonly clock: Clock;
  /** Lets at least so much of the clock's time pass. */
  advance(ms: number): Promise<void>;
}

/** What every clock promises. Delays are a few milliseconds, because a real clock takes them. */
export function describeClockContract(name: string, createSubject: () => ClockSubject): void {
  describe(`the clock ${name}`, () => {
    it('moves on, in milliseconds since 1970', async () => {
      const { clock, advance } = createSubject();
      const before = clock.now();
      await advance(5);
      expect(clock.now()).toBeGreaterThanOrEqual(before + 5);
      expect(before).toBeGreaterThan(Date.UTC(2020, 0));
    });

    it('calls a timer once, not before its time', async () => {
      const { clock, advance } = createSubject();
      const startedAt = clock.now();
      const calls: number[] = [];
      clock.after(5, () => calls.push(clock.now() - startedAt));
      await advance(10);
      await advance(10);
      expect(calls).toHaveLength(1);
      expect(calls[0]).toBeGreaterThanOrEqual(4);
    });

    it('does not call a timer that was cancelled, and cancelling later is harmless', async () => {
      const { clock, advance } = createSubject();
      let calls = 0;
      clock.after(5, () => calls++)();
      const cancel = clock.after(1, () => calls++);
      await advance(15);
      cancel();
      expect(calls).toBe(1);
    });

    it('takes a delay of none or less as the next moment', async () => {
      const { clock, advance } = createSubject();
      let calls = 0;
      clock.after(0, () => calls++);
      clock.after(-5, () => calls++);
      await advance(5);
      expect(calls).toBe(2);
    });
  });
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/system-clock.js';

const DAY_MS = 24 * 60 * 60_000;

describe('system clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());

  it('tells the time of the machine', () => {
    expect(systemClock.now()).toBe(1_000);
  });

  it('calls once, after the delay', () => {
    const called = vi.fn<() => void>();
    systemClock.after(50, called);
    vi.advanceTimersByTime(49);
    expect(called).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(called).toHaveBeenCalledOnce();
  });

  it('waits for months when told so, and can be cancelled all the time', () => {
    const called = vi.fn<() => void>();
    const cancelled = vi.fn<() => void>();
    systemClock.after(60 * DAY_MS, called);
    const cancel = systemClock.after(60 * DAY_MS, cancelled);
    vi.advanceTimersByTime(59 * DAY_MS);
    expect(called).not.toHaveBeenCalled();
    cancel();
    vi.advanceTimersByTime(DAY_MS);
    expect(called).toHaveBeenCalledOnce();
    expect(cancelled).not.toHaveBeenCalled();
  });
});

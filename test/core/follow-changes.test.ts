import { describe, expect, it, onTestFinished } from 'vitest';
import { followChanges } from '../../src/core/follow-changes.js';
import type { Change } from '../../src/core/ports/coordinator.js';
import { createFakeClock, settle } from '../support/fake-clock.js';
import { silentLogger } from '../support/silent-logger.js';

const change = (kind: string): Change => ({ kind, group: 'coach', data: null });

/** A follower of streams that a test scripts, one after another; the last one stays open. */
async function openFollower(
  streams: readonly (() => Iterable<Change>)[],
  onChange: (change: Change) => void = () => {},
) {
  const clock = createFakeClock();
  const leaving = new AbortController();
  const left = [...streams];
  const heard: string[] = [];
  async function* follow(signal: AbortSignal): AsyncGenerator<Change> {
    const stream = left.shift();
    if (stream !== undefined) yield* stream();
    else
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
  }
  const followed = followChanges({
    clock,
    logger: silentLogger,
    signal: leaving.signal,
    follow,
    onChange(one) {
      heard.push(one.kind);
      onChange(one);
    },
    onGap: () => void heard.push('gap'),
  });
  onTestFinished(async () => {
    leaving.abort();
    await followed;
  });
  await settle();
  return { clock, heard, leaving, followed };
}

describe('following changes', () => {
  it('hears them in order, and of no gap where there is none', async () => {
    const { heard } = await openFollower([() => [change('a'), change('b')]]);
    expect(heard).toEqual(['a', 'b']);
  });

  it('begins again a second after the stream broke, and tells that something may have been missed', async () => {
    const broken = function* (): Generator<Change> {
      yield change('a');
      throw new Error('the stream broke');
    };
    const { heard, clock } = await openFollower([broken, () => [change('b')]]);
    await clock.advance(999);
    expect(heard).toEqual(['a']);
    await clock.advance(1);
    expect(heard).toEqual(['a', 'gap', 'b']);
  });

  it('counts a change that could not be taken as missed', async () => {
    let isAway = true;
    const { heard, clock } = await openFollower([() => [change('a'), change('b')], () => [change('c')]], () => {
      if (isAway) throw new Error('the store is away');
    });
    isAway = false;
    await clock.advance(1_000);
    expect(heard).toEqual(['a', 'gap', 'c']);
  });

  it('ends when it is told to, also while it waits to begin again', async () => {
    const { leaving, followed } = await openFollower([() => []]);
    leaving.abort();
    await followed;
  });
});

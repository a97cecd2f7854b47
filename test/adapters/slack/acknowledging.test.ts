import { describe, expect, it } from 'vitest';
import { acknowledgeOnce, acknowledging } from '../../../src/adapters/slack/events/listening.js';
import { wait } from '../../../src/core/exclusive.js';
import { createFakeClock } from '../../support/fake-clock.js';

describe('an acknowledgement', () => {
  it('goes out once: what comes behind the early one has to be said elsewhere', async () => {
    const clock = createFakeClock();
    const given: (string | undefined)[] = [];
    const acknowledge = acknowledgeOnce(async (response?: string) => void given.push(response));
    const work = async (): Promise<void> => {
      await wait(clock, 3_000, new AbortController().signal);
      throw new Error('full');
    };
    const refused = acknowledging({ clock }, acknowledge, work()).catch(() => acknowledge('It failed.'));
    await clock.advance(2_500);
    expect(given).toEqual([undefined]);
    await clock.advance(500);
    expect(await refused).toBe(false);
    expect(given).toEqual([undefined]);
  });

  it('says what is wrong where it was not given yet', async () => {
    const given: (string | undefined)[] = [];
    const acknowledge = acknowledgeOnce(async (response?: string) => void given.push(response));
    const work = Promise.reject(new Error('full'));
    const refused = acknowledging({ clock: createFakeClock() }, acknowledge, work).catch(() =>
      acknowledge('It failed.'),
    );
    expect(await refused).toBe(true);
    expect(given).toEqual(['It failed.']);
  });
});

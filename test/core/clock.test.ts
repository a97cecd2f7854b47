import { setImmediate, setTimeout } from 'node:timers/promises';
import { systemClock } from '../../src/core/system-clock.js';
import { describeClockContract } from '../contracts/clock.contract.js';
import { createFakeClock } from '../support/fake-clock.js';

describeClockContract('of the system', () => ({
  clock: systemClock,
  async advance(ms) {
    const until = systemClock.now() + ms;
    while (systemClock.now() < until) await setTimeout(until - systemClock.now());
    // However late this process is, every timer that is due has been called by the next turn.
    await setImmediate();
  },
}));

describeClockContract('of the tests', () => {
  const clock = createFakeClock();
  return { clock, advance: (ms) => clock.advance(ms) };
});

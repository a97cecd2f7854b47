import { systemClock } from '../../src/core/system-clock.js';
import { describeClockContract } from '../contracts/clock.contract.js';
import { eventually } from '../support/eventually.js';
import { createFakeClock } from '../support/fake-clock.js';

describeClockContract('of the system', () => ({
  clock: systemClock,
  async advance(ms) {
    const until = systemClock.now() + ms;
    await eventually(`${ms} milliseconds pass`, () => systemClock.now() >= until);
  },
}));

describeClockContract('of the tests', () => {
  const clock = createFakeClock();
  return { clock, advance: (ms) => clock.advance(ms) };
});

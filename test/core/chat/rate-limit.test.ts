import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../../src/core/chat/rate-limit.js';
import { memberKeySchema } from '../../../src/core/ids.js';
import { createFakeClock } from '../../support/fake-clock.js';

const ann = memberKeySchema.parse('ann');
const bob = memberKeySchema.parse('bob');

describe('the rate limit', () => {
  it('lets a minute of questions come at once, then one by one as time passes', async () => {
    const clock = createFakeClock();
    const limit = createRateLimit({ clock, memberPerMinute: 2, managerPerMinute: 10 });
    limit.take(ann, 'member', 1);
    limit.take(ann, 'member', 1);
    expect(() => limit.take(ann, 'member', 1)).toThrow(/Try again in 30 seconds/);
    await clock.advance(30_000);
    limit.take(ann, 'member', 1);
    expect(() => limit.take(ann, 'member', 1)).toThrow(/RATE_LIMITED/);
  });

  it('counts each person apart, and managers by their own limit', () => {
    const limit = createRateLimit({ clock: createFakeClock(), memberPerMinute: 1, managerPerMinute: 3 });
    limit.take(ann, 'member', 1);
    for (let count = 0; count < 3; count++) limit.take(bob, 'manager', 1);
    expect(() => limit.take(bob, 'manager', 1)).toThrow(/RATE_LIMITED/);
  });

  it('does not limit operators, who may bring whole folders', () => {
    const limit = createRateLimit({ clock: createFakeClock(), memberPerMinute: 1, managerPerMinute: 1 });
    expect(() => {
      for (let count = 0; count < 1_000; count++) limit.take(ann, 'operator', 1);
    }).not.toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { type HealthSummary, createHealthBoard } from '../../../src/core/health/health-board.js';
import type { Health, HealthCheck } from '../../../src/core/ports/health.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';

const { signal } = new AbortController();
const healthy: Health = { state: 'healthy', detail: 'Fine.' };

function check(component: string, answer: () => Promise<Health>): HealthCheck {
  return { component, check: answer };
}

describe('health board', () => {
  it('is as well as its sickest component, in the order of the checks', async () => {
    const degraded: Health = { state: 'degraded', detail: 'Slow.', fix: 'Wait.' };
    const clock = createFakeClock();
    const checks = [check('a', async () => healthy), check('b', async () => degraded), check('c', async () => healthy)];
    expect(await createHealthBoard({ checks, clock }).check(signal)).toEqual({
      state: 'degraded',
      components: [
        { component: 'a', ...healthy, checkMs: 0 },
        { component: 'b', ...degraded, checkMs: 0 },
        { component: 'c', ...healthy, checkMs: 0 },
      ],
    });
  });

  it('is healthy with nothing to check', async () => {
    expect((await createHealthBoard({ checks: [], clock: createFakeClock() }).check(signal)).state).toBe('healthy');
  });

  it('asks all at once and waits two seconds for each', async () => {
    const clock = createFakeClock();
    const silent = ['a', 'b'].map((name) => check(name, () => new Promise(() => {})));
    const asked = createHealthBoard({ checks: [...silent, check('c', async () => healthy)], clock }).check(signal);
    await clock.advance(2_000);
    expect(await asked).toMatchObject({
      state: 'unhealthy',
      components: [
        { component: 'a', state: 'unhealthy', detail: 'It did not answer within 2 seconds.', checkMs: 2_000 },
        { component: 'b', state: 'unhealthy' },
        { component: 'c', state: 'healthy', checkMs: 0 },
      ],
    });
  });

  it('calls a check that throws unhealthy, without its words', async () => {
    const broken = check('a', () => Promise.reject(new Error('password in a connection string')));
    const summary = await createHealthBoard({ checks: [broken], clock: createFakeClock() }).check(signal);
    expect(summary.state).toBe('unhealthy');
    expect(JSON.stringify(summary)).not.toContain('password');
  });

  it('asks again where the clock was set back, and does not wait until it is as late again', async () => {
    const clock = createFakeClock();
    const states: HealthSummary['state'][] = [];
    const turning = check('a', async () =>
      states.length === 0 ? { ...healthy, state: 'degraded', fix: 'Wait.' } : healthy,
    );
    const board = createHealthBoard({ checks: [turning], clock });
    states.push((await board.check(signal)).state);
    await clock.advance(-60 * 60 * 1_000);
    states.push((await board.check(signal)).state);
    expect(states).toEqual(['degraded', 'healthy']);
  });

  it('asks again only after five seconds, and once for all who ask meanwhile', async () => {
    const clock = createFakeClock();
    let asked = 0;
    const counting = check('a', async () => {
      asked++;
      await settle();
      return healthy;
    });
    const board = createHealthBoard({ checks: [counting], clock });
    await Promise.all([board.check(signal), board.check(signal)]);
    await clock.advance(4_999);
    await board.check(signal);
    expect(asked).toBe(1);
    await clock.advance(1);
    await board.check(signal);
    expect(asked).toBe(2);
  });
});

import { beforeEach, expect, it } from 'vitest';
import type { Lease } from '../../../src/core/ports/coordinator.js';
import { LEASE_MS } from '../../contracts/coordinator-harness.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { type Life, type Processes, openProcesses } from './coordinator-subject.js';

describeWith('redis-server', 'leases that processes share', (part) => {
  const server = useRedisServer(part);
  let processes: Processes;
  let one: Life;
  let other: Life;
  beforeEach(async () => {
    processes = openProcesses({ REDIS_URL: server().url });
    one = await processes.start();
    other = await processes.start();
  });
  const take = (life: Life): Promise<Lease | undefined> => life.port.lease('report', { leaseMs: LEASE_MS });
  const taken = async (life: Life): Promise<Lease> => {
    const lease = await take(life);
    if (lease === undefined) throw new Error('the lease is held by somebody');
    return lease;
  };

  it('have one holder over all processes, for as long as it wants', async () => {
    const answers = await Promise.all([take(one), take(other)]);
    expect(answers.filter((lease) => lease !== undefined)).toHaveLength(1);
    await processes.clock.advance(20 * LEASE_MS);
    expect([await take(one), await take(other)]).toEqual([undefined, undefined]);
  });

  it('go to another process when they are released, with a higher fence', async () => {
    const first = await taken(one);
    await first.release();
    expect((await taken(other)).fence).toBeGreaterThan(first.fence);
  });

  it('are free when the time of a killed holder has run out, not before', async () => {
    const first = await taken(one);
    await one.kill();
    await processes.clock.advance(LEASE_MS - 1);
    expect(await take(other)).toBeUndefined();
    await processes.clock.advance(1);
    expect((await taken(other)).fence).toBeGreaterThan(first.fence);
  });

  it('abort for a holder that hung and was overtaken, and are not taken back by its release', async () => {
    const first = await taken(one);
    one.clock.suspend();
    await processes.clock.advance(LEASE_MS);
    const second = await taken(other);
    one.clock.resume();
    await processes.clock.advance(0);
    expect([first.signal.aborted, second.signal.aborted]).toEqual([true, false]);
    await first.release();
    expect(await take(one)).toBeUndefined();
  });

  it('abort before they can be taken when they cannot be extended', async () => {
    const first = await taken(one);
    await one.cutOff();
    await processes.clock.advance(LEASE_MS - 1);
    expect(first.signal.aborted).toBe(true);
    await first.release();
  });

  it('abort with the next extension when Redis knows nothing of them any more', async () => {
    const first = await taken(one);
    await one.connection.run((client) => client.flushall());
    await processes.clock.advance(LEASE_MS / 2);
    expect(first.signal.aborted).toBe(true);
  });

  it('abort when their coordinator closes', async () => {
    const first = await taken(one);
    one.port.close();
    expect(first.signal.aborted).toBe(true);
  });

  it('have fences that grow even if Redis lost them', async () => {
    const first = await taken(one);
    await one.connection.run((client) => client.flushall());
    await processes.clock.advance(2 * LEASE_MS);
    expect((await taken(other)).fence).toBeGreaterThan(first.fence);
  });
});

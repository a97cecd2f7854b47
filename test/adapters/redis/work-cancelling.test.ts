import { expect, it } from 'vitest';
import { ERASE_BATCH } from '../../../src/adapters/redis/durable-work/work-removal.js';
import type { NewWork } from '../../../src/core/ports/coordinator.js';
import { LEASE_MS, QUEUE, newWork } from '../../contracts/coordinator-harness.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { never, startGate, useTwoProcesses } from './coordinator-subject.js';

describeWith('redis-server', 'cancelling and erasing by another process', (part) => {
  const server = useRedisServer(part);
  const two = useTwoProcesses(() => server().url);
  const enqueue = (id: string, more: Partial<NewWork> = {}) => two().one.port.enqueue(newWork(id, more));
  const advance = (ms: number) => two().processes.clock.advance(ms);
  const status = (id: string) => two().one.port.status(QUEUE, id);

  it('abort what runs in another process at once', async () => {
    const { one, other } = two();
    await enqueue('a');
    const second = startGate(other);
    const work = await second.begun('a');
    await advance(0);
    expect(await one.port.cancel(QUEUE, 'a')).toBe(true);
    await advance(0);
    expect(work.signal.aborted).toBe(true);
    await second.end('a');
    await advance(0);
    expect(await status('a')).toMatchObject({ state: 'cancelled' });
  });

  it('abort within a second what runs in a process that hears nothing', async () => {
    const { processes, one } = two();
    await enqueue('a');
    const work = await startGate(await processes.start({ listensAfter: never }), { leaseMs: 60_000 }).begun('a');
    await advance(0);
    await one.port.cancel(QUEUE, 'a');
    await advance(999);
    expect(work.signal.aborted).toBe(false);
    await advance(1);
    expect(work.signal.aborted).toBe(true);
  });

  it('keep the id and the order key until the handler has ended, wherever it runs', async () => {
    const { one, other } = two();
    for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
    const second = startGate(other);
    await second.begun('x1');
    await one.port.cancel(QUEUE, 'x1');
    expect(await enqueue('x1')).toBe('accepted');
    const first = startGate(one, { concurrency: 2, concurrencyPerGroup: 2 });
    await advance(20 * LEASE_MS);
    expect(first.calls).toEqual([]);
    await second.end('x1');
    await advance(0);
    expect([...first.calls, ...second.calls].toSorted()).toEqual(['x1 1', 'x1 1', 'x2 1']);
  });

  it('free the order key once the lease of a killed process has run out', async () => {
    const { one, other } = two();
    for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
    await startGate(other).begun('x1');
    await one.port.cancel(QUEUE, 'x1');
    await other.kill();
    const first = startGate(one);
    await advance(LEASE_MS - 1);
    expect(first.calls).toEqual([]);
    await advance(1);
    expect(first.calls).toEqual(['x2 1']);
  });

  it('remove the work of a group whoever does it, also more than goes at once', async () => {
    const { one, other } = two();
    await enqueue('a');
    const work = await startGate(other).begun('a');
    await advance(0);
    for (let index = 0; index < ERASE_BATCH; index += 1) await enqueue(`id ${index}`);
    await enqueue('b', { queue: 'second', orderKey: 'x' });
    expect(await one.port.eraseGroup('coach')).toBe(ERASE_BATCH + 2);
    await advance(0);
    expect(work.signal.aborted).toBe(true);
    expect(await one.port.list({ queue: QUEUE, limit: 10 })).toEqual([]);
    expect(await status('a')).toBeUndefined();
  });
});

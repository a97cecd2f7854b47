import { beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedWork, NewWork, WorkerOptions } from '../../../src/core/ports/coordinator.js';
import { LEASE_MS, QUEUE, createGate, newWork, workerOptions } from '../../contracts/coordinator-harness.js';
import { eventually } from '../../support/eventually.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { type Life, POLL_MS, type Processes, openProcesses } from './coordinator-subject.js';

describeWith('redis-server', 'work that processes share', (part) => {
  const server = useRedisServer(part);
  let processes: Processes;
  let one: Life;
  let other: Life;
  beforeEach(async () => {
    processes = openProcesses({ REDIS_URL: server().url });
    one = await processes.start();
    other = await processes.start();
  });
  const enqueue = (id: string, more: Partial<NewWork> = {}) => one.port.enqueue(newWork(id, more));
  /** Starts a worker whose handler waits to be told how to end. */
  const startOn = (life: Life, more: Partial<WorkerOptions> = {}) => {
    const gate = createGate();
    const worker = life.port.work(QUEUE, workerOptions({ handle: gate.handle, ...more }));
    return { ...gate, worker };
  };
  const advance = (ms: number) => processes.clock.advance(ms);
  const status = (id: string) => one.port.status(QUEUE, id);
  const reaches = (id: string, state: string) =>
    eventually(`${id} is ${state}`, async () => (await status(id))?.state === state);

  describe('claims', () => {
    it('give no piece of work to two processes', async () => {
      const ran: string[] = [];
      const ids = Array.from({ length: 60 }, (_, index) => `id ${index}`);
      const handle = async ({ id }: ClaimedWork) => {
        ran.push(id);
        return 'done' as const;
      };
      for (const life of [one, other, await processes.start()])
        life.port.work(QUEUE, workerOptions({ concurrency: 5, concurrencyPerGroup: 5, handle }));
      await Promise.all(ids.map((id) => enqueue(id)));
      for (const id of ids) await reaches(id, 'done');
      expect(ran.toSorted()).toEqual(ids.toSorted());
    });

    it('take an id once that two processes bring at the same time', async () => {
      const answers = await Promise.all([one, other].map(({ port }) => port.enqueue(newWork('a'))));
      expect(answers.toSorted()).toEqual(['accepted', 'duplicate']);
    });

    it('let groups take turns over all processes', async () => {
      for (const id of ['a1', 'a2', 'a3']) await enqueue(id, { group: 'a' });
      for (const id of ['b1', 'b2']) await enqueue(id, { group: 'b' });
      const first = startOn(one);
      await advance(0);
      const second = startOn(other);
      await advance(0);
      expect([...first.calls, ...second.calls]).toEqual(['a1 1', 'b1 1']);
      await first.end('a1');
      await advance(0);
      await second.end('b1');
      await advance(0);
      expect([first.calls, second.calls]).toEqual([
        ['a1 1', 'a2 1'],
        ['b1 1', 'b2 1'],
      ]);
    });

    it('keep the order of a key over all processes', async () => {
      for (const id of ['x1', 'x2', 'x3']) await enqueue(id, { orderKey: 'x' });
      const first = startOn(one, { concurrency: 3, concurrencyPerGroup: 3 });
      await first.begun('x1');
      const second = startOn(other, { concurrency: 3, concurrencyPerGroup: 3 });
      await advance(0);
      expect(second.calls).toEqual([]);
      const stopped = first.worker.stop(60_000);
      await first.end('x1');
      await stopped;
      await second.begun('x2');
      await advance(0);
      expect([first.calls, second.calls]).toEqual([['x1 1'], ['x2 1']]);
    });

    it('bound the work of a group in each process', async () => {
      for (const id of ['a1', 'a2', 'a3']) await enqueue(id);
      const gates = [startOn(one, { concurrency: 2 }), startOn(other, { concurrency: 2 })];
      await advance(0);
      expect(gates.map(({ calls }) => calls.length)).toEqual([1, 1]);
    });

    it('run out when their process was killed, and count the try', async () => {
      await enqueue('a', { orderKey: 'x' });
      await enqueue('b', { orderKey: 'x' });
      await startOn(one).begun('a');
      await one.kill();
      const second = startOn(other);
      await advance(LEASE_MS - 1);
      expect(second.calls).toEqual([]);
      await advance(1);
      expect(second.calls).toEqual(['a 2']);
      await second.end('a');
      await second.begun('b');
    });

    it('live as long as the handler runs', async () => {
      await enqueue('a');
      const first = startOn(one);
      const work = await first.begun('a');
      const second = startOn(other);
      await advance(20 * LEASE_MS);
      expect([work.signal.aborted, second.calls]).toEqual([false, []]);
    });

    it('are lost by a process that hung for too long: its handler is aborted, its outcome counts no more', async () => {
      await enqueue('a');
      const first = startOn(one);
      const work = await first.begun('a');
      one.clock.suspend();
      const second = startOn(other);
      await advance(LEASE_MS);
      expect(second.calls).toEqual(['a 2']);
      one.clock.resume();
      await advance(0);
      expect(work.signal.aborted).toBe(true);
      await first.end('a');
      await advance(0);
      expect(await other.port.status(QUEUE, 'a')).toMatchObject({ state: 'active', attempts: 2 });
      await work.saveProgress('too late');
      await second.end('a');
      await advance(0);
      expect(await other.port.status(QUEUE, 'a')).toMatchObject({ state: 'done', progress: null });
      expect(first.calls).toEqual(['a 1']);
    });

    it('are given up before another process can take them when Redis does not answer', async () => {
      await enqueue('a');
      const work = await startOn(one).begun('a');
      await one.cutOff();
      const second = startOn(other);
      await advance(LEASE_MS - 1);
      expect([work.signal.aborted, second.calls]).toEqual([true, []]);
    });

    it('go to another process at once when their worker stops', async () => {
      await enqueue('a');
      const first = startOn(one, { maxAttempts: 1 });
      const work = await first.begun('a');
      const second = startOn(other, { maxAttempts: 1 });
      const stopped = first.worker.stop(0);
      await advance(0);
      await first.fail('a', work.signal.reason);
      await stopped;
      await second.end('a');
      await reaches('a', 'done');
      expect(second.calls).toEqual(['a 1']);
    });

    it('let another process tell a failure that its process did not live to tell', async () => {
      const told: unknown[] = [];
      await enqueue('a');
      startOn(one, {
        maxAttempts: 1,
        handle: () => Promise.reject(new Error('broken')),
        failed: async () => {
          told.push('begun');
          await new Promise(() => {});
        },
      });
      await advance(0);
      await one.kill();
      startOn(other, { failed: async ({ id, attempt }) => void told.push(`${id} ${attempt}`) });
      await advance(LEASE_MS);
      expect(told).toEqual(['begun', 'a 1']);
    });
  });

  describe('news', () => {
    it('of work reach a worker in another process at once', async () => {
      const second = startOn(other);
      await advance(0);
      await enqueue('a');
      await advance(0);
      expect(second.calls).toEqual(['a 1']);
    });

    it('of an order key that is free reach a worker in another process at once', async () => {
      for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
      const first = startOn(one);
      await first.begun('x1');
      const second = startOn(other);
      await advance(0);
      const stopped = first.worker.stop(60_000);
      await first.end('x1');
      await stopped;
      await advance(0);
      expect(second.calls).toEqual(['x2 1']);
    });

    it('of much work cost a process little: one look for each piece that it takes, and one that finds none', async () => {
      const second = startOn(other, { concurrency: 2, concurrencyPerGroup: 2 });
      await advance(0);
      const before = other.commandsSent();
      await Promise.all(Array.from({ length: 200 }, (_, index) => enqueue(`id ${index}`)));
      await advance(0);
      expect(second.calls).toHaveLength(2);
      expect(other.commandsSent() - before).toBeLessThanOrEqual(3);
    });

    it('that were missed are made good by looking now and then', async () => {
      const deaf = startOn(await processes.start({ isDeaf: true }));
      await advance(0);
      await enqueue('a');
      await advance(0);
      expect(deaf.calls).toEqual([]);
      await advance(POLL_MS);
      expect(deaf.calls).toEqual(['a 1']);
    });

    it('of progress can be seen from another process', async () => {
      await enqueue('a');
      const work = await startOn(other).begun('a');
      work.progress({ page: 1 });
      await work.saveProgress({ page: 2 });
      expect(await status('a')).toMatchObject({ state: 'active', progress: { page: 2 } });
      work.progress({ page: 3 });
      await advance(1_000);
      expect(await status('a')).toMatchObject({ progress: { page: 3 } });
    });
  });

  describe('cancelling and erasing', () => {
    it('abort what runs in another process at once', async () => {
      await enqueue('a');
      const second = startOn(other);
      const work = await second.begun('a');
      expect(await one.port.cancel(QUEUE, 'a')).toBe(true);
      await advance(0);
      expect(work.signal.aborted).toBe(true);
      await second.end('a');
      await advance(0);
      expect(await status('a')).toMatchObject({ state: 'cancelled' });
    });

    it('abort within a second what runs in a process that hears nothing', async () => {
      await enqueue('a');
      const work = await startOn(await processes.start({ isDeaf: true }), { leaseMs: 60_000 }).begun('a');
      await one.port.cancel(QUEUE, 'a');
      await advance(1_000);
      expect(work.signal.aborted).toBe(true);
    });

    it('keep the id and the order key until the handler has ended, wherever it runs', async () => {
      for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
      const second = startOn(other);
      await second.begun('x1');
      await one.port.cancel(QUEUE, 'x1');
      expect(await enqueue('x1')).toBe('accepted');
      const first = startOn(one, { concurrency: 2, concurrencyPerGroup: 2 });
      await advance(20 * LEASE_MS);
      expect(first.calls).toEqual([]);
      await second.end('x1');
      await advance(0);
      expect([...first.calls, ...second.calls].toSorted()).toEqual(['x1 1', 'x1 1', 'x2 1']);
    });

    it('free the order key once the lease of a killed process has run out', async () => {
      for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
      await startOn(other).begun('x1');
      await one.port.cancel(QUEUE, 'x1');
      await other.kill();
      const first = startOn(one);
      await advance(LEASE_MS - 1);
      expect(first.calls).toEqual([]);
      await advance(1);
      expect(first.calls).toEqual(['x2 1']);
    });

    it('remove the work of a group whoever does it, also more than goes at once', async () => {
      await enqueue('a');
      const work = await startOn(other).begun('a');
      await Promise.all(Array.from({ length: 1_100 }, (_, index) => enqueue(`id ${index}`)));
      await enqueue('b', { queue: 'second', orderKey: 'x' });
      expect(await one.port.eraseGroup('coach')).toBe(1_102);
      await advance(0);
      expect(work.signal.aborted).toBe(true);
      expect(await one.port.list({ queue: QUEUE, limit: 10 })).toEqual([]);
      expect(await status('a')).toBeUndefined();
    });
  });
});

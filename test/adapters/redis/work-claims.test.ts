import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ClaimedWork, NewWork } from '../../../src/core/ports/coordinator.js';
import { LEASE_MS, QUEUE, newWork, workerOptions } from '../../contracts/coordinator-harness.js';
import { eventually } from '../../support/eventually.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { startGate, useTwoProcesses } from './coordinator-subject.js';

describeWith('redis-server', 'claims that processes share', (part) => {
  const server = useRedisServer(part);
  const two = useTwoProcesses(() => server().url);
  const enqueue = (id: string, more: Partial<NewWork> = {}) => two().one.port.enqueue(newWork(id, more));
  const advance = (ms: number) => two().processes.clock.advance(ms);
  const status = (id: string) => two().one.port.status(QUEUE, id);
  const reaches = (id: string, state: string) =>
    eventually(`${id} is ${state}`, async () => (await status(id))?.state === state);

  it('give no piece of work to two processes', async () => {
    const { processes, one, other } = two();
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
    const { one, other } = two();
    const answers = await Promise.all([one, other].map(({ port }) => port.enqueue(newWork('a'))));
    expect(answers.toSorted()).toEqual(['accepted', 'duplicate']);
  });

  it('let groups take turns in each process', async () => {
    const { one, other } = two();
    for (const id of ['a1', 'a2', 'a3', 'a4']) await enqueue(id, { group: 'a' });
    for (const id of ['b1', 'b2']) await enqueue(id, { group: 'b' });
    const gates = [startGate(one), startGate(other)];
    await advance(0);
    for (const gate of gates) {
      for (const call of gate.calls) await gate.end(call.slice(0, 2));
      await advance(0);
    }
    for (const { calls } of gates) expect(calls.map((call) => call.charAt(0)).toSorted()).toEqual(['a', 'b']);
  });

  it('keep the order of a key over all processes', async () => {
    const { one, other } = two();
    for (const id of ['x1', 'x2', 'x3']) await enqueue(id, { orderKey: 'x' });
    const first = startGate(one, { concurrency: 3, concurrencyPerGroup: 3 });
    await first.begun('x1');
    const second = startGate(other, { concurrency: 3, concurrencyPerGroup: 3 });
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
    const { one, other } = two();
    for (const id of ['a1', 'a2', 'a3']) await enqueue(id);
    const gates = [startGate(one, { concurrency: 2 }), startGate(other, { concurrency: 2 })];
    await advance(0);
    expect(gates.map(({ calls }) => calls.length)).toEqual([1, 1]);
  });

  it('run out when their process was killed, and count the try', async () => {
    const { one, other } = two();
    await enqueue('a', { orderKey: 'x' });
    await enqueue('b', { orderKey: 'x' });
    await startGate(one).begun('a');
    await one.kill();
    const second = startGate(other);
    await advance(LEASE_MS - 1);
    expect(second.calls).toEqual([]);
    await advance(1);
    expect(second.calls).toEqual(['a 2']);
    await second.end('a');
    await second.begun('b');
  });

  it('live as long as the handler runs', async () => {
    const { one, other } = two();
    await enqueue('a');
    const first = startGate(one);
    const work = await first.begun('a');
    const second = startGate(other);
    await advance(20 * LEASE_MS);
    expect([work.signal.aborted, second.calls]).toEqual([false, []]);
  });

  it('are lost by a process that hung for too long: its handler is aborted, its outcome counts no more', async () => {
    const { one, other } = two();
    await enqueue('a');
    const first = startGate(one);
    const work = await first.begun('a');
    one.clock.suspend();
    const second = startGate(other);
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
    const { one, other } = two();
    await enqueue('a');
    const work = await startGate(one).begun('a');
    await one.cutOff();
    const second = startGate(other);
    await advance(LEASE_MS - 1);
    expect([work.signal.aborted, second.calls]).toEqual([true, []]);
  });

  it('are given back, without a try counted, when the answer that brought them was lost', async () => {
    const { one } = two();
    await enqueue('a');
    one.loseNextAnswer();
    const first = startGate(one, { leaseMs: 60_000 });
    await advance(1_000);
    expect(first.calls).toEqual(['a 1']);
  });

  it('keep an outcome whose answer was lost, once', async () => {
    const { one } = two();
    await enqueue('a');
    const first = startGate(one);
    await first.begun('a');
    one.loseNextAnswer();
    await first.end('a', 'again');
    await advance(1_000);
    expect(first.calls).toEqual(['a 1', 'a 1']);
    expect(await status('a')).toMatchObject({ state: 'active', attempts: 1 });
  });

  it('go to another process at once when their worker stops', async () => {
    const { one, other } = two();
    await enqueue('a');
    const first = startGate(one, { maxAttempts: 1 });
    const work = await first.begun('a');
    const second = startGate(other, { maxAttempts: 1 });
    const stopped = first.worker.stop(0);
    await advance(0);
    await first.fail('a', work.signal.reason);
    await stopped;
    await second.end('a');
    await reaches('a', 'done');
    expect(second.calls).toEqual(['a 1']);
  });

  it('are given back when they come after their worker was stopped', async () => {
    await enqueue('a');
    const first = startGate(two().one);
    await setImmediate();
    const stopped = first.worker.stop(0);
    await advance(0);
    await stopped;
    expect(first.calls).toEqual([]);
    expect(await status('a')).toMatchObject({ state: 'waiting', attempts: 0 });
  });

  it('let another process tell a failure that its process did not live to tell', async () => {
    const { one, other } = two();
    const told: unknown[] = [];
    await enqueue('a');
    startGate(one, {
      maxAttempts: 1,
      handle: () => Promise.reject(new Error('broken')),
      failed: async () => {
        told.push('begun');
        await new Promise(() => {});
      },
    });
    await advance(0);
    await one.kill();
    startGate(other, { failed: async ({ id, attempt }) => void told.push(`${id} ${attempt}`) });
    await advance(LEASE_MS);
    expect(told).toEqual(['begun', 'a 1']);
  });
});

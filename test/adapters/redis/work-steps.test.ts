import { expect, it } from 'vitest';
import { WORK_MEMORY_MS } from '../../../src/core/durable-work/work-item.js';
import type { NewWork } from '../../../src/core/ports/coordinator.js';
import { BACKOFF_MS, LEASE_MS, QUEUE, newWork } from '../../contracts/coordinator-harness.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openProcesses, startGate, useTwoProcesses } from './coordinator-subject.js';

const MAX_WAITING = 10;

describeWith('redis-server', 'steps on work that others take meanwhile', (part) => {
  const server = useRedisServer(part);
  const two = useTwoProcesses(() => server().url);
  const enqueue = (id: string, more: Partial<NewWork> = {}) => two().one.port.enqueue(newWork(id, more));
  const advance = (ms: number) => two().processes.clock.advance(ms);

  it('keep the bound of a queue, however much comes at once', async () => {
    const life = await openProcesses({ REDIS_URL: server().url }, MAX_WAITING).start();
    const arrivals = Array.from({ length: 3 * MAX_WAITING }, (_, index) => life.port.enqueue(newWork(`id ${index}`)));
    const answers = await Promise.allSettled(arrivals);
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(MAX_WAITING);
  });

  it('let work be tried again in its old place', async () => {
    for (const id of ['a', 'b', 'c']) await enqueue(id);
    const gate = startGate(two().one);
    await gate.fail('a', new Error('busy'));
    await gate.begun('b');
    await advance(BACKOFF_MS);
    await gate.end('b');
    await advance(0);
    expect(gate.calls).toEqual(['a 1', 'b 1', 'a 2']);
  });

  it('give work back to its old place when a worker stops', async () => {
    for (const id of ['a', 'b']) await enqueue(id);
    const first = startGate(two().one);
    const work = await first.begun('a');
    const stopped = first.worker.stop(0);
    await advance(0);
    await first.fail('a', work.signal.reason);
    await stopped;
    const second = startGate(two().other);
    await advance(0);
    expect(second.calls).toEqual(['a 1']);
  });

  it('take an id once that is brought for two groups at the same time', async () => {
    const { one, other } = two();
    const gates = [startGate(one, { concurrency: 9 }), startGate(other, { concurrency: 9 })];
    const answers = await Promise.all(
      [one, other].map(({ port }, index) => port.enqueue(newWork('a', { group: `group ${index}` }))),
    );
    await advance(0);
    expect(answers.toSorted()).toEqual(['accepted', 'duplicate']);
    expect(gates.flatMap(({ calls }) => calls)).toEqual(['a 1']);
  });

  it('are whole when Redis has forgotten all scripts', async () => {
    const { one, other } = two();
    await enqueue('before');
    await one.connection.run((client) => client.script('FLUSH'));
    expect(await enqueue('a', { orderKey: 'x' })).toBe('accepted');
    await other.port.cancel(QUEUE, 'before');
    const gate = startGate(one);
    await gate.end('a');
    await advance(0);
    expect(await one.port.status(QUEUE, 'a')).toMatchObject({ state: 'done' });
  });

  it.each(['cancel', 'erase'] as const)('leave nothing of what they %s though its process is killed', async (how) => {
    const { one, other } = two();
    await enqueue('a', { payload: 'secret' });
    await startGate(one).begun('a');
    await (how === 'cancel' ? other.port.cancel(QUEUE, 'a') : other.port.eraseGroup('coach'));
    await one.kill();
    const second = startGate(other);
    await advance(2 * LEASE_MS);
    const jobs = await other.connection.run((client) => client.keys(`*${other.connection.key('')}*/coach:a~*`));
    expect([second.calls, jobs]).toEqual([[], []]);
  });

  it('let other groups have their turn, however many wait for one order key', async () => {
    const { one } = two();
    for (let index = 0; index < 300; index += 1) await enqueue(`x${index}`, { orderKey: 'x' });
    const gate = startGate(one, { concurrency: 2, concurrencyPerGroup: 2 });
    await gate.begun('x0');
    await enqueue('other', { group: 'guild' });
    const before = one.commandsSent();
    await gate.begun('other');
    expect(one.commandsSent() - before).toBeLessThan(50);
  });

  it('ask for no work while nothing more may run', async () => {
    const { one } = two();
    const gate = startGate(one);
    await enqueue('a');
    await gate.fail('a', new Error('busy'));
    await enqueue('b');
    await gate.begun('b');
    const before = one.commandsSent();
    await advance(2 * BACKOFF_MS);
    // What is left is the sign of life of the one that runs.
    expect(one.commandsSent() - before).toBeLessThanOrEqual((2 * BACKOFF_MS * 4) / LEASE_MS + 2);
  });

  it.each(['cancel', 'erase'] as const)(
    'let nothing run that they %s, though no worker looks for days',
    async (how) => {
      const { one, other } = two();
      await enqueue('a', { payload: 'secret' });
      await startGate(one).begun('a');
      await (how === 'cancel' ? other.port.cancel(QUEUE, 'a') : other.port.eraseGroup('coach'));
      await one.kill();
      await advance(2 * WORK_MEMORY_MS);
      const second = startGate(other);
      await advance(2 * LEASE_MS);
      expect(second.calls).toEqual([]);
      expect(await other.port.list({ queue: QUEUE, limit: 1 })).toEqual([]);
      expect(await other.port.enqueue(newWork('a'))).toBe('accepted');
    },
  );

  it('hold an id whose work was erased until its handler has ended', async () => {
    const { one, other } = two();
    await enqueue('a');
    const first = startGate(one);
    await first.begun('a');
    await other.port.eraseGroup('coach');
    await enqueue('a');
    const second = startGate(other);
    await advance(0);
    expect(second.calls).toEqual([]);
    await first.end('a');
    await advance(0);
    expect([...first.calls, ...second.calls]).toEqual(['a 1', 'a 1']);
  });

  it('let the next of an order key start at once though the answer to an outcome was lost', async () => {
    const { one, other } = two();
    for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
    const first = startGate(one);
    await first.begun('x1');
    const second = startGate(other);
    await advance(0);
    one.loseNextAnswer();
    await first.end('x1');
    await advance(0);
    expect([...first.calls, ...second.calls]).toEqual(['x1 1', 'x2 1']);
  });

  it('keep failures at the first time, one after another in an order key', async () => {
    const { one } = two();
    const told: string[] = [];
    for (const id of ['x1', 'x2', 'x3']) await enqueue(id, { orderKey: 'x' });
    startGate(one, {
      maxAttempts: 1,
      handle: () => Promise.reject(new Error('broken')),
      failed: async ({ id }) => void told.push(id),
    });
    await advance(0);
    expect(told).toEqual(['x1', 'x2', 'x3']);
  });

  it('end what was cancelled while the answer that brought it was lost', async () => {
    const { one, other } = two();
    const first = startGate(one, { leaseMs: 60_000 });
    await advance(0);
    one.loseNextAnswer();
    await other.port.enqueue(newWork('x1', { orderKey: 'x' }));
    await advance(0);
    expect(await other.port.status(QUEUE, 'x1')).toMatchObject({ state: 'active' });
    await other.port.cancel(QUEUE, 'x1');
    await other.port.enqueue(newWork('x2', { orderKey: 'x' }));
    await advance(1_000);
    expect(first.calls).toEqual(['x2 1']);
  });

  it('put the next try off for as long as they said though the answer was lost', async () => {
    const { one } = two();
    await enqueue('a');
    const gate = startGate(one);
    await gate.begun('a');
    one.loseNextAnswer();
    await gate.fail('a', new Error('busy'));
    await advance(BACKOFF_MS - 1);
    expect(gate.calls).toEqual(['a 1']);
    await advance(1_000);
    expect(gate.calls).toEqual(['a 1', 'a 2']);
  });

  it('give no end to the life of work that another process has taken', async () => {
    const { one, other } = two();
    await enqueue('a');
    const first = startGate(one);
    await first.begun('a');
    one.clock.suspend();
    const second = startGate(other);
    await advance(LEASE_MS);
    await second.begun('a');
    await first.end('a');
    await advance(0);
    const [job = ''] = await other.connection.run((client) =>
      client.keys(`*${other.connection.key('')}*/coach:a~*[0-9a-f]`),
    );
    expect(await other.connection.run((client) => client.pttl(job))).toBe(-1);
  });
});

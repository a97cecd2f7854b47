import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { NewWork } from '../../../src/core/ports/coordinator.js';
import { QUEUE, newWork } from '../../contracts/coordinator-harness.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { POLL_MS, never, startGate, useTwoProcesses } from './coordinator-subject.js';

describeWith('redis-server', 'news that processes share', (part) => {
  const server = useRedisServer(part);
  const two = useTwoProcesses(() => server().url);
  const enqueue = (id: string, more: Partial<NewWork> = {}) => two().one.port.enqueue(newWork(id, more));
  const advance = (ms: number) => two().processes.clock.advance(ms);
  const status = (id: string) => two().one.port.status(QUEUE, id);

  it('of work reach a worker in another process at once', async () => {
    const { other } = two();
    const second = startGate(other);
    await advance(0);
    await enqueue('a');
    await advance(0);
    expect(second.calls).toEqual(['a 1']);
  });

  it('of an order key that is free reach a worker in another process at once', async () => {
    const { one, other } = two();
    for (const id of ['x1', 'x2']) await enqueue(id, { orderKey: 'x' });
    const first = startGate(one);
    await first.begun('x1');
    const second = startGate(other);
    await advance(0);
    const stopped = first.worker.stop(60_000);
    await first.end('x1');
    await stopped;
    await advance(0);
    expect(second.calls).toEqual(['x2 1']);
  });

  it('of much work cost a process little: two questions for each piece that it takes', async () => {
    const { other } = two();
    const second = startGate(other, { concurrency: 2, concurrencyPerGroup: 2 });
    await advance(0);
    const before = other.commandsSent();
    await Promise.all(Array.from({ length: 200 }, (_, index) => enqueue(`id ${index}`)));
    await advance(0);
    expect(second.calls).toHaveLength(2);
    expect(other.commandsSent() - before).toBeLessThanOrEqual(4);
  });

  it('of its own a process takes at once: the claim is sent right behind the work', async () => {
    const { one } = two();
    const gate = startGate(one);
    await advance(0);
    const before = one.commandsSent();
    const accepted = enqueue('a');
    expect(one.commandsSent() - before).toBe(2);
    expect(await accepted).toBe('accepted');
    await gate.begun('a');
  });

  it('of the next piece a process asks for right behind an outcome', async () => {
    const { one } = two();
    const gate = startGate(one);
    for (const id of ['a', 'b']) await enqueue(id);
    await gate.begun('a');
    await advance(0);
    const before = one.commandsSent();
    await gate.end('a');
    await setImmediate();
    expect(one.commandsSent() - before).toBeGreaterThanOrEqual(2);
    await gate.begun('b');
  });

  it('that came before a process listened are looked for when it does', async () => {
    let listen = (): void => {};
    const listensAfter = new Promise<void>((resolve) => {
      listen = resolve;
    });
    const late = startGate(await two().processes.start({ listensAfter }));
    await advance(0);
    await enqueue('a');
    await advance(0);
    expect(late.calls).toEqual([]);
    listen();
    await late.begun('a');
  });

  it('that were missed are made good by looking now and then', async () => {
    const { processes } = two();
    const deaf = startGate(await processes.start({ listensAfter: never }));
    await advance(0);
    await enqueue('a');
    await advance(0);
    expect(deaf.calls).toEqual([]);
    await advance(POLL_MS);
    expect(deaf.calls).toEqual(['a 1']);
  });

  it('of progress can be seen from another process', async () => {
    const { other } = two();
    await enqueue('a');
    const work = await startGate(other).begun('a');
    work.progress({ page: 1 });
    await work.saveProgress({ page: 2 });
    expect(await status('a')).toMatchObject({ state: 'active', progress: { page: 2 } });
    work.progress({ page: 3 });
    await advance(1_000);
    expect(await status('a')).toMatchObject({ progress: { page: 3 } });
  });
});

import { expect, it } from 'vitest';
import type { NewWork } from '../../../src/core/ports/coordinator.js';
import { BACKOFF_MS, newWork } from '../../contracts/coordinator-harness.js';
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
});

import { beforeEach, describe, expect, it } from 'vitest';
import { LEASE_MS, QUEUE, createGate, newWork, reaches, workerOptions } from '../../contracts/coordinator-harness.js';
import { describeCoordinatorContract } from '../../contracts/coordinator.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { NOTES } from './key-lives.js';
import { type Life, type Processes, openCoordinator, openProcesses } from './coordinator-subject.js';

const DAY_MS = 24 * 60 * 60_000;
const maxWaiting = 300;

describeWith('redis-server', 'coordinator on Redis', (part) => {
  const server = useRedisServer(part);

  describeCoordinatorContract('redis', () => openCoordinator({ REDIS_URL: server().url }, maxWaiting), { maxWaiting });

  describe('keeps in Redis', () => {
    let processes: Processes;
    let life: Life;
    beforeEach(async () => {
      processes = openProcesses({ REDIS_URL: server().url });
      life = await processes.start();
    });
    const start = () => {
      const gate = createGate();
      life.port.work(QUEUE, workerOptions({ handle: gate.handle }));
      return gate;
    };
    const done = (id: string): Promise<void> =>
      reaches(
        { port: life.port, now: processes.clock.now, advance: processes.clock.advance, reopen: life.kill },
        id,
        'done',
      );
    const keys = async (): Promise<string[]> => {
      const names = await life.connection.run((client) => client.keys(`*${life.connection.key('')}*`));
      return names.filter((name) => !name.endsWith(NOTES));
    };

    it('nothing for ever of work that is over, but the names of queues', async () => {
      for (const id of ['a', 'b', 'c']) await life.port.enqueue(newWork(id, { orderKey: 'x' }));
      await life.port.cancel(QUEUE, 'c');
      const gate = start();
      await gate.fail('a', new Error('busy'));
      await processes.clock.advance(5_000);
      for (const id of ['a', 'b']) await gate.end(id);
      await done('b');
      const lives = await Promise.all(
        (await keys()).map(async (key) => [key, await life.connection.run((client) => client.pttl(key))] as const),
      );
      const forEver = lives.filter(([, ttl]) => ttl === -1).map(([key]) => key.split(':').at(-1));
      expect(new Set(forEver)).toEqual(new Set(['queues']));
      await processes.clock.advance(DAY_MS);
      expect(new Set((await keys()).map((key) => key.split(':').at(-1)))).toEqual(new Set(forEver));
    });

    it('no id of a group for longer than a day', async () => {
      const gate = start();
      for (const id of ['early', 'late']) {
        await life.port.enqueue(newWork(id));
        await gate.end(id);
        await done(id);
        await life.port.enqueue(newWork(`${id} cancelled`, { queue: 'other' }));
        await life.port.cancel('other', `${id} cancelled`);
        await processes.clock.advance(DAY_MS / 2);
      }
      await processes.clock.advance(DAY_MS / 2 + 1);
      const named = (await keys()).filter((key) => key.includes('early'));
      expect(named).toEqual([]);
    });

    it('all of its work in one slot of a Cluster, whatever the name of a queue, its ids, groups and order keys are', async () => {
      const odd = '{b}:}{';
      await life.port.enqueue(newWork(odd, { queue: odd, group: odd, orderKey: odd }));
      await life.port.enqueue(newWork('second', { queue: odd, group: odd, orderKey: odd }));
      const gate = createGate();
      life.port.work(odd, workerOptions({ handle: gate.handle }));
      await gate.begun(odd);
      const ofWork = await keys();
      const tags = new Set(ofWork.map((key) => /\{(.+?)\}/.exec(key)?.[1]));
      expect([ofWork.length > 5, tags.size]).toEqual([true, 1]);
      expect(await life.port.list({ queue: odd, group: odd, limit: 10 })).toHaveLength(2);
    });

    it.each(['data', 'progress', 'opts'])(
      'work whose %s cannot be read any more as failed, and goes on',
      async (field) => {
        for (const id of ['a', 'b']) await life.port.enqueue(newWork(id, { orderKey: 'x' }));
        const job = (await keys()).find((key) => key.includes('/coach:a~')) ?? '';
        await life.connection.run((client) => client.hset(job, field, '{'));
        const gate = start();
        await gate.end('b');
        await done('b');
        expect(await life.port.status(QUEUE, 'a')).toMatchObject({ state: 'failed' });
      },
    );

    it('no work whose queue it could not note for erasures', async () => {
      await life.connection.run((client) => client.set(`{${life.connection.key('work')}}:queues`, 'not a set'));
      await expect(life.port.enqueue(newWork('a'))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
      expect(await life.port.status(QUEUE, 'a')).toBeUndefined();
    });

    it('nothing that comes of work after it was closed, and aborts what is left', async () => {
      await life.port.enqueue(newWork('a'));
      const gate = start();
      const work = await gate.begun('a');
      life.port.close();
      expect(work.signal.aborted).toBe(true);
      await gate.end('a');
      await processes.clock.advance(10 * LEASE_MS);
      expect(await life.port.status(QUEUE, 'a')).toMatchObject({ state: 'waiting' });
    });
  });
});

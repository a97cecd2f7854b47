import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type RedisCoordinator, createCoordinator } from '../../../src/adapters/redis/coordinator.js';
import type { Change, ClaimedWork, WorkerOptions } from '../../../src/core/ports/coordinator.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { QUEUE, createGate, newWork, workerOptions } from '../../contracts/coordinator-harness.js';
import { eventually } from '../../support/eventually.js';
import { startFaultProxy } from '../../support/fault-proxy.js';
import { describeWith } from '../../support/obtained.js';
import { type RedisServer, startRedisServer } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

/** Longer than any outage here, so that no claim is lost by it. */
const LONG_LEASE_MS = 60_000;
const change: Change = { kind: 'document', group: 'coach', data: null };
const away = { code: 'ENGINE_UNAVAILABLE', retryable: true };

describeWith('redis-server', 'coordinator without its Redis', (part) => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedisServer(part, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  });
  afterEach(() => server.stop());

  const open = async (port = server.port): Promise<RedisCoordinator> => {
    const environment = { REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_TIMEOUT_SECONDS: '1' };
    const connection = await openConnection(environment, { clock: systemClock });
    const coordinator = createCoordinator({ connection, clock: systemClock, logger: silentLogger, pollMs: 200 });
    onTestFinished(() => coordinator.close());
    return coordinator;
  };
  const startOn = (coordinator: RedisCoordinator, more: Partial<WorkerOptions> = {}) => {
    const gate = createGate();
    coordinator.work(QUEUE, workerOptions({ handle: gate.handle, leaseMs: LONG_LEASE_MS, ...more }));
    return gate;
  };
  const accepts = (coordinator: RedisCoordinator, id: string): Promise<void> =>
    eventually(`${id} is accepted`, () => coordinator.enqueue(newWork(id)).then(Boolean, () => false));
  const reaches = (coordinator: RedisCoordinator, id: string, state: string): Promise<void> =>
    eventually(`${id} is ${state}`, () =>
      coordinator.status(QUEUE, id).then(
        (status) => status?.state === state,
        () => false,
      ),
    );

  describe.each([
    {
      outage: 'is killed',
      begin: () => server.kill(),
      end: () => server.restart(),
    },
    {
      outage: 'hangs',
      begin: async () => server.pause(),
      end: async () => server.resume(),
    },
  ])('when Redis $outage', ({ begin, end }) => {
    it('refuses everything in time, and goes on when it is back', async () => {
      const coordinator = await open();
      await begin();
      const refused = [
        coordinator.enqueue(newWork('a')),
        coordinator.status(QUEUE, 'a'),
        coordinator.list({ queue: QUEUE, limit: 1 }),
        coordinator.cancel(QUEUE, 'a'),
        coordinator.lease('report', { leaseMs: LONG_LEASE_MS }),
        coordinator.publish(change),
        coordinator.eraseGroup('coach'),
      ];
      await Promise.all(refused.map((call) => expect(call).rejects.toMatchObject(away)));
      expect((await coordinator.health(new AbortController().signal)).state).toBe('unhealthy');
      await end();
      await accepts(coordinator, 'b');
    });

    it('keeps an outcome until it can be written, so that the work is not done twice', async () => {
      const coordinator = await open();
      await coordinator.enqueue(newWork('a', { orderKey: 'x' }));
      await coordinator.enqueue(newWork('b', { orderKey: 'x' }));
      const gate = startOn(coordinator);
      await gate.begun('a');
      await begin();
      await gate.end('a');
      await expect(coordinator.status(QUEUE, 'a')).rejects.toMatchObject(away);
      await end();
      await gate.end('b');
      await reaches(coordinator, 'b', 'done');
      await reaches(coordinator, 'a', 'done');
      expect(gate.calls).toEqual(['a 1', 'b 1']);
    });

    it('finds the work and the changes that come when it is back', async () => {
      const coordinator = await open();
      const ran: string[] = [];
      const handle = async ({ id }: ClaimedWork) => {
        ran.push(id);
        return 'done' as const;
      };
      coordinator.work(QUEUE, workerOptions({ handle }));
      const seen = followAll(coordinator);
      await accepts(coordinator, 'a');
      await reaches(coordinator, 'a', 'done');
      await begin();
      await expect(coordinator.status(QUEUE, 'a')).rejects.toMatchObject(away);
      await end();
      const other = await open();
      await accepts(other, 'b');
      await other.publish(change);
      await reaches(other, 'b', 'done');
      await eventually('the change is seen', () => seen.length === 1);
      expect([ran, seen]).toEqual([['a', 'b'], [change]]);
    });

    it('aborts work when its lease may be over, and counts no try for that', async () => {
      const coordinator = await open();
      await coordinator.enqueue(newWork('a'));
      const gate = startOn(coordinator, { leaseMs: 1_000, maxAttempts: 1 });
      const work = await gate.begun('a');
      await begin();
      await eventually('the handler is aborted', () => work.signal.aborted);
      await gate.fail('a', work.signal.reason);
      await end();
      await gate.end('a');
      await reaches(coordinator, 'a', 'done');
      expect(gate.calls).toEqual(['a 1', 'a 1']);
    });
  });

  it('finds its way back from a network that swallows everything', async () => {
    const proxy = await startFaultProxy(server.port);
    const coordinator = await open(proxy.port);
    const gate = startOn(coordinator);
    await accepts(coordinator, 'a');
    await gate.begun('a');
    await proxy.set({ kind: 'black-hole' });
    await expect(coordinator.enqueue(newWork('b'))).rejects.toMatchObject(away);
    await gate.end('a');
    await proxy.set({ kind: 'none' });
    const other = await open();
    await accepts(other, 'c');
    await gate.end('c');
    await reaches(other, 'c', 'done');
    expect(gate.calls).toEqual(['a 1', 'c 1']);
  });

  it('aborts what ran when Redis lost everything, and goes on', async () => {
    const coordinator = await open();
    await coordinator.enqueue(newWork('a'));
    const gate = startOn(coordinator);
    const work = await gate.begun('a');
    const connection = await openConnection({ REDIS_URL: server.url }, { clock: systemClock });
    await connection.run((client) => client.flushall());
    await eventually('the handler is aborted', () => work.signal.aborted);
    await gate.end('a');
    await accepts(coordinator, 'b');
    await gate.end('b');
    await reaches(coordinator, 'b', 'done');
    expect(await coordinator.status(QUEUE, 'a')).toBeUndefined();
  });
});

/** What a follower has seen so far. */
function followAll(coordinator: RedisCoordinator): Change[] {
  const seen: Change[] = [];
  const changes = coordinator.follow(new AbortController().signal);
  void (async () => {
    for await (const each of changes) seen.push(each);
  })();
  return seen;
}

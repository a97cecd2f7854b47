import { beforeEach, expect, it } from 'vitest';
import type { Change } from '../../../src/core/ports/coordinator.js';
import { eventually } from '../../support/eventually.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { type Life, POLL_MS, type Processes, never, openProcesses } from './coordinator-subject.js';

describeWith('redis-server', 'changes that processes share', (part) => {
  const server = useRedisServer(part);
  let processes: Processes;
  let one: Life;
  let other: Life;
  beforeEach(async () => {
    processes = openProcesses({ REDIS_URL: server().url });
    one = await processes.start();
    other = await processes.start();
  });
  const change = (n: number): Change => ({ kind: 'document', group: 'coach', data: { n } });
  const publish = async (from: number, to = from): Promise<void> => {
    for (let n = from; n <= to; n += 1) await one.port.publish(change(n));
  };
  const follow = (life: Life): Change[] => {
    const seen: Change[] = [];
    const changes = life.port.follow(new AbortController().signal);
    void (async () => {
      for await (const each of changes) seen.push(each);
    })();
    return seen;
  };

  it('reach the followers of every process, in order', async () => {
    const seen = [follow(one), follow(other), follow(other)];
    await processes.clock.advance(0);
    await publish(1, 3);
    await processes.clock.advance(0);
    for (const each of seen) expect(each).toEqual([change(1), change(2), change(3)]);
  });

  it('begin for a follower with its first moment, though it has not read anything yet', async () => {
    await publish(1);
    const first = follow(one);
    await publish(2);
    const second = follow(one);
    await publish(3);
    await processes.clock.advance(0);
    expect([first, second]).toEqual([[change(2), change(3)], [change(3)]]);
  });

  it('are read once by a process, however many follow there', async () => {
    const seen = Array.from({ length: 10 }, () => follow(other));
    await processes.clock.advance(0);
    const before = other.commandsSent();
    await publish(1);
    await eventually('all have seen it', () => seen.every((each) => each.length === 1));
    expect(other.commandsSent() - before).toBe(1);
  });

  it('whose messages were missed reach a process when it listens again', async () => {
    const seen = follow(other);
    await publish(1);
    await processes.clock.advance(0);
    // Sent together, so that it cannot listen again in between.
    const killed = one.connection.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
    await Promise.all([killed, publish(2), publish(3)]);
    await eventually('all are seen', () => seen.length === 3);
    expect(seen).toEqual([change(1), change(2), change(3)]);
  });

  it('are found by looking now and then when no message comes', async () => {
    const deaf = follow(await processes.start({ listensAfter: never }));
    await processes.clock.advance(0);
    await publish(1);
    await processes.clock.advance(0);
    expect(deaf).toEqual([]);
    await processes.clock.advance(POLL_MS);
    expect(deaf).toEqual([change(1)]);
  });

  it('are read to the last, also those that come while it reads and more than it reads at once', async () => {
    const seen = follow(other);
    await processes.clock.advance(0);
    for (let round = 0; round < 6; round += 1)
      await Promise.all(Array.from({ length: 100 }, (_, n) => one.port.publish(change(100 * round + n))));
    await processes.clock.advance(0);
    expect(seen).toHaveLength(600);
    const late = follow(await processes.start({ listensAfter: never }));
    await processes.clock.advance(0);
    await Promise.all(Array.from({ length: 600 }, (_, n) => one.port.publish(change(n))));
    await processes.clock.advance(POLL_MS);
    expect(late).toHaveLength(600);
  });

  it('are followed anew where Redis was set back, rather than not heard until its clock has caught up', async () => {
    const { signal } = new AbortController();
    const following = other.port.follow(signal)[Symbol.asyncIterator]();
    await processes.clock.advance(0);
    const key = one.connection.key('changes');
    const ahead = `${Date.now() + 3_600_000}-0`;
    await one.connection.run((client) => client.xadd(key, ahead, 'change', JSON.stringify(change(1))));
    await processes.clock.advance(POLL_MS);
    expect(await following.next()).toEqual({ done: false, value: change(1) });
    await one.connection.run((client) => client.del(key));
    await publish(2);
    await expect(following.next()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const seen = follow(other);
    await publish(3);
    await eventually('what comes then', () => seen.length > 0);
    expect(seen).toEqual([change(3)]);
  });

  it('are followed anew where Redis came back empty, though its clock went on', async () => {
    const { signal } = new AbortController();
    const following = other.port.follow(signal)[Symbol.asyncIterator]();
    await processes.clock.advance(0);
    await publish(1);
    expect(await following.next()).toEqual({ done: false, value: change(1) });
    await one.connection.run((client) => client.del(one.connection.key('changes')));
    await processes.clock.advance(POLL_MS);
    await expect(following.next()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    const seen = follow(other);
    await publish(2);
    await eventually('what comes then', () => seen.length > 0);
    expect(seen).toEqual([change(2)]);
  });

  it('are followed on where the last one went because its time was over', async () => {
    const seen = follow(other);
    await processes.clock.advance(0);
    const key = one.connection.key('changes');
    // Redis goes by the machine's time, which is not the test's.
    const old = `${Math.floor(performance.timeOrigin + performance.now()) - 3_600_000}-0`;
    await one.connection.run((client) => client.xadd(key, old, 'change', JSON.stringify(change(1))));
    await processes.clock.advance(POLL_MS);
    await one.connection.run((client) => client.del(key));
    await processes.clock.advance(POLL_MS);
    await publish(2, 3);
    await eventually('the next', () => seen.length === 3);
    expect(seen).toEqual([change(1), change(2), change(3)]);
  });

  it('are passed over when they cannot be read', async () => {
    const seen = follow(other);
    await processes.clock.advance(0);
    await one.connection.run((client) => client.xadd(one.connection.key('changes'), '*', 'change', '{'));
    await publish(1);
    await processes.clock.advance(0);
    expect(seen).toEqual([change(1)]);
  });

  it('are kept in Redis to a bound', async () => {
    const key = one.connection.key('changes');
    const fill = `for n = 1, 12000 do redis.call('XADD', KEYS[1], '*', 'change', 'old') end`;
    await one.connection.run((client) => client.eval(fill, 1, key));
    await publish(1);
    const kept = await one.connection.run((client) => client.xlen(key));
    expect(kept).toBeLessThan(11_000);
  });
});

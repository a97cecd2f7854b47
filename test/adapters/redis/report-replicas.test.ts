import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createRecordStore } from '../../../src/adapters/redis/record-store.js';
import { createCreatorLinks } from '../../../src/core/chat/creator-links.js';
import { createCreators } from '../../../src/core/creators.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { createDeliveries } from '../../../src/core/reports/deliveries.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { makeEvent } from '../../support/embedded-core.js';
import { describeWith } from '../../support/obtained.js';
import { startRedisServer } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

const SLOTS = Number(process.env['DOCENT_REPORT_SLOTS'] ?? 12);
const REPLICAS = 3;
/**
 * A replica is killed in the midst of a post whenever all are there and so many posts have passed since the last kill: by
 * turns before and after the platform has the message. One is always left to hear of a slot.
 */
const POSTS_PER_KILL = 5;
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 90_000 + SLOTS * 5_000;
const TIMEOUT_MS = 2 * PATIENCE_MS + 60_000;
const coach = creatorIdSchema.parse('coach');

/** A platform that keeps a key's message once, as one with nonces does, and counts what it is asked. */
async function openPlatform(onPost: (post: number, replica: string, when: 'before' | 'after') => Promise<void>) {
  const messages = new Map<string, string>();
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const post = (requests += 1);
      const { key, text, replica } = JSON.parse((await request.toArray()).join('')) as Record<string, string>;
      await onPost(post, replica!, 'before');
      if (request.socket.destroyed) return;
      messages.set(key!, text!);
      await onPost(post, replica!, 'after');
      response.end(`message-${key}`);
    })();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slots: () => [...messages.values()].map(Number).toSorted((one, other) => one - other),
    requests: () => requests,
  };
}

describeWith('redis-server', 'reports of several processes on Redis', (part) => {
  it(
    'are posted once for each slot, with a receipt, while processes are killed in the midst of posting',
    async () => {
      const server = await startRedisServer(part, { args: ['--appendonly', 'yes'] });
      onTestFinished(() => server.stop());
      const recordStore = createRecordStore(await openConnection({ REDIS_URL: server.url }), silentLogger);
      const creators = createCreators({ recordStore, now: () => systemClock.now() });
      await creators.add(coach);
      const links = createCreatorLinks({ recordStore, clock: systemClock, creators });
      await links.setAdminChannel(coach, makeEvent().address);

      const replicas = new Map<string, ChildProcess>();
      const kills = { before: 0, after: 0 };
      let killedAtPost = 0;
      const platform = await openPlatform(async (post, name, when) => {
        const replica = replicas.get(name);
        const turn = (kills.before + kills.after) % 2 === 0 ? 'before' : 'after';
        const isTime = replicas.size === REPLICAS && post - killedAtPost >= POSTS_PER_KILL && when === turn;
        if (!isTime || replica === undefined) return;
        killedAtPost = post;
        kills[when] += 1;
        replicas.delete(name);
        const ended = once(replica, 'exit');
        replica.kill('SIGKILL');
        await ended;
        void startReplica(name);
      });
      const startReplica = async (name: string): Promise<void> => {
        const script = new URL('./report-replica.child.js', import.meta.url);
        const replica = fork(script, [server.url, platform.url, name], {
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        });
        onTestFinished(() => void replica.kill('SIGKILL'));
        await once(replica, 'message');
        replicas.set(name, replica);
      };
      await Promise.all(Array.from({ length: REPLICAS }, (_, index) => startReplica(`replica-${index}`)));

      const first = Math.ceil(systemClock.now() / 1_000) * 1_000 + 1_000;
      const wanted = Array.from({ length: SLOTS }, (_, index) => first + index * 1_000);
      const within = { timeout: PATIENCE_MS, interval: LOOK_EVERY_MS };
      const missing = () => {
        const posted = new Set(platform.slots());
        return wanted.filter((slot) => !posted.has(slot));
      };
      await expect.poll(missing, within).toEqual([]);

      const deliveries = createDeliveries({ recordStore, clock: systemClock });
      const hasReceipt = (slotAt: number) => deliveries.isPosted({ creatorId: coach, report: 'every-second', slotAt });
      const receipts = async () => (await Promise.all(wanted.map(hasReceipt))).filter(Boolean).length;
      await expect.poll(receipts, within).toBe(SLOTS);

      const slots = platform.slots().filter((slot) => slot >= first && slot <= wanted.at(-1)!);
      expect(slots).toEqual(wanted);
      expect(kills.before + kills.after).toBeGreaterThanOrEqual(1);
      process.stdout.write(
        `slots ${SLOTS}, messages ${slots.length}, receipts ${await receipts()}, ` +
          `killed before the platform had the message ${kills.before}, after ${kills.after}, ` +
          `posts in all ${platform.requests()} for ${platform.slots().length} messages\n`,
      );
    },
    TIMEOUT_MS,
  );
});

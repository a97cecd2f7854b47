import { expect, it, onTestFinished } from 'vitest';
import plugin from '../../../src/adapters/redis/plugin.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Contributions, Engines, PluginContext } from '../../../src/core/plugin.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { makeChunk } from '../../support/make-chunk.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

const { signal } = new AbortController();

describeWith('redis-server', 'the Redis plugin', (part) => {
  const server = useRedisServer(part);

  const create = async (url: string): Promise<Contributions> => {
    const context: PluginContext<never> = {
      settings: redisSettingsSchema.parse({ url, keyPrefix: 'plugin:' }) as never,
      chosenFor: plugin.provides ?? [],
      engines: {} as Engines,
      clock: createFakeClock(),
      logger: silentLogger,
      dataFolder: '/nowhere',
    };
    const contributions = await plugin.create?.(context);
    if (contributions === undefined) throw new Error('the plugin creates nothing');
    onTestFinished(() => contributions.stop?.());
    return contributions;
  };

  it('gives every engine that it names, all healthy once it has started', async () => {
    const { engines, start } = await create(server().url);
    expect(Object.keys(engines ?? {}).toSorted()).toEqual([...(plugin.provides ?? [])].toSorted());
    await start?.(signal);
    for (const engine of Object.values(engines ?? {}))
      expect(await (engine as Engines['recordStore']).health(signal)).toMatchObject({ state: 'healthy' });
  });

  it('works for a user who may do nothing dangerous', async () => {
    const admin = await openConnection({ REDIS_URL: server().url });
    const rights = ['on', '>secret', '~*', '&*', '+@all', '-@dangerous', '+info'];
    await admin.run((client) => client.call('ACL', 'SETUSER', 'docent', ...rights));
    const { engines, start, healthChecks = [] } = await create(server().url.replace('//', '//docent:secret@'));
    await start?.(signal);
    const creatorId = creatorIdSchema.parse('coach');
    await engines?.chunkStore?.put(creatorId, [makeChunk()]);
    await engines?.metricStore?.add(creatorId, '20261201', { detail: { questions: 1 }, rollUp: { questions: 1 } });
    await engines?.coordinator?.enqueue({ queue: 'work', id: 'a', group: 'coach', payload: null });
    expect(await engines?.chunkStore?.eraseCreator(creatorId)).toBe(1);
    expect(await engines?.conversationStore?.eraseCreator(creatorId)).toBe(0);
    expect(await engines?.blobStore?.eraseCreator(creatorId)).toBe(0);
    expect(await engines?.recordStore?.eraseCreator(creatorId)).toBe(0);
    expect(await engines?.coordinator?.eraseGroup('coach')).toBe(1);
    expect(await healthChecks[0]?.check(signal)).toMatchObject({ state: 'degraded' });
  });

  it('shows how Redis is set up', async () => {
    const { start, healthChecks = [] } = await create(server().url);
    await start?.(signal);
    expect(healthChecks.map(({ component }) => component)).toEqual(['redis']);
    expect(await healthChecks[0]?.check(signal)).toMatchObject({ state: 'degraded' });
  });

  it('connects when it is started, and leaves no connection when it is stopped', async () => {
    const observer = await openConnection({ REDIS_URL: server().url });
    const connections = async (): Promise<number> => {
      const list = await observer.run((client) => client.client('LIST'));
      return String(list).match(/ name=docent-/g)?.length ?? 0;
    };
    const alone = await connections();
    const { start, stop } = await create(server().url);
    expect(await connections()).toBe(alone);
    await start?.(signal);
    expect(await connections()).toBeGreaterThan(alone);
    await stop?.();
    await eventually('the end of all connections', async () => (await connections()) === alone);
  });

  it('shows a Redis that is away as unhealthy, without throwing', async () => {
    const { engines, healthChecks = [] } = await create('redis://127.0.0.1:1');
    expect(await healthChecks[0]?.check(signal)).toMatchObject({ state: 'unhealthy' });
    for (const engine of Object.values(engines ?? {}))
      expect(await (engine as Engines['recordStore']).health(signal)).toMatchObject({ state: 'unhealthy' });
  });
});

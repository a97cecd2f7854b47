import { describe, expect, it, onTestFinished } from 'vitest';
import { type Connection, createConnection } from '../../../src/adapters/redis/connection.js';
import { pingHealth, serverHealth } from '../../../src/adapters/redis/health.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import type { Health } from '../../../src/core/ports/health.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { describeWith } from '../../support/obtained.js';
import { startRedisServer } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

const { signal } = new AbortController();

/** A connection to a Redis that says something else of itself. */
function withInfo(connection: Connection, edit: (text: string) => string): Connection {
  return {
    ...connection,
    run: (work, runSignal) =>
      connection.run((client) => {
        const edited = { info: async () => edit(await client.info()), config: client.config.bind(client) };
        return work(edited as unknown as typeof client);
      }, runSignal),
  };
}

describeWith('redis-server', 'the health of Redis', (part) => {
  /** A Redis that is set up as the README says, and then by some CONFIG SET. */
  const open = async (...changes: readonly (readonly [name: string, value: string])[]) => {
    const server = await startRedisServer(part, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    onTestFinished(() => server.stop());
    const connection = await openConnection({ REDIS_URL: server.url, REDIS_TIMEOUT_SECONDS: '1' });
    for (const [name, value] of changes) await connection.run((client) => client.config('SET', name, value));
    return { connection, server };
  };
  const healthAfter = async (...changes: readonly (readonly [name: string, value: string])[]): Promise<Health> =>
    serverHealth((await open(...changes)).connection, signal);

  describe('server health', () => {
    it('names version, address and role of a Redis that is set up well', async () => {
      const { connection, server } = await open(['maxmemory', '100mb']);
      expect(await serverHealth(connection, signal)).toEqual({
        state: 'healthy',
        detail: expect.stringMatching(
          new RegExp(String.raw`^Redis \d+\.\d+\.\d+ \(127\.0\.0\.1:${server.port}\) answers as master\.$`),
        ) as string,
      });
    });

    it('says what a crash may lose when not every write is on the disk at once', async () => {
      expect(await healthAfter(['appendfsync', 'everysec'])).toMatchObject({
        state: 'healthy',
        detail: expect.stringContaining('may lose its last two seconds') as string,
      });
    });

    it('is degraded without append-only file', async () => {
      expect(await healthAfter(['appendonly', 'no'])).toMatchObject({
        state: 'degraded',
        fix: expect.stringContaining('CONFIG SET appendonly yes') as string,
      });
    });

    it.each([
      ['aof_last_write_status', 'could not write', 'disk is not full'],
      ['aof_last_bgrewrite_status', 'could not make', 'BGREWRITEAOF'],
    ])('is degraded when the disk fails it (%s)', async (name, what, fix) => {
      const { connection } = await open();
      const failing = withInfo(connection, (text) => text.replace(`${name}:ok`, `${name}:err`));
      expect(await serverHealth(failing, signal)).toMatchObject({
        state: 'degraded',
        detail: expect.stringContaining(what) as string,
        fix: expect.stringContaining(fix) as string,
      });
    });

    it('is degraded when data is thrown away for want of memory', async () => {
      expect(await healthAfter(['maxmemory-policy', 'allkeys-lru'])).toMatchObject({
        state: 'degraded',
        detail: expect.stringContaining('allkeys-lru') as string,
        fix: expect.stringContaining('CONFIG SET maxmemory-policy noeviction') as string,
      });
    });

    it('is degraded when the memory is nearly taken', async () => {
      expect(await healthAfter(['maxmemory', '1mb'])).toMatchObject({
        state: 'degraded',
        detail: expect.stringMatching(/\d+ % of its memory/) as string,
        fix: expect.stringContaining('maxmemory') as string,
      });
    });

    it('is unhealthy where no node of a Cluster can be reached', async () => {
      const settings = redisSettingsSchema.parse({ clusterNodes: '127.0.0.1:1' });
      const connection = await createConnection({ settings, clock: createFakeClock(), logger: silentLogger });
      onTestFinished(() => connection.close());
      expect(await serverHealth(connection, signal)).toMatchObject({ state: 'unhealthy' });
    });

    it('is degraded on a replica, which takes no writes', async () => {
      const { connection } = await open();
      await connection.run((client) => client.replicaof('127.0.0.1', 1));
      expect(await serverHealth(connection, signal)).toMatchObject({
        state: 'degraded',
        detail: expect.stringContaining('answers as slave') as string,
      });
    });
  });

  it.each([
    ['serverHealth', serverHealth],
    ['pingHealth', pingHealth],
  ])('is unhealthy while Redis is silent or gone, and says so without throwing (%s)', async (_name, check) => {
    const { connection, server } = await open();
    server.pause();
    expect(await check(connection, signal)).toMatchObject({ state: 'unhealthy' });
    await server.kill();
    expect(await check(connection, signal)).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringContaining('Check that Redis runs') as string,
    });
    expect(await check(connection, AbortSignal.abort())).toMatchObject({ state: 'unhealthy' });
  });
});

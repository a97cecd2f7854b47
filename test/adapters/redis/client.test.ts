import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../../src/adapters/redis/connection.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { describeWith } from '../../support/obtained.js';
import { type RedisServerOptions, startRedisServer, tlsCertificate } from '../../support/redis-server.js';
import { silentLogger } from '../../support/silent-logger.js';
import { openConnection } from './subject.js';

const { signal } = new AbortController();

describeWith('redis-server', 'ways to Redis', (part) => {
  const own = async (options?: RedisServerOptions) => {
    const started = await startRedisServer(part, options);
    onTestFinished(() => started.stop());
    return started;
  };

  describe('TLS', () => {
    it('is spoken where the URL says so, with a certificate authority of the own house', async () => {
      const { url } = await own({ tls: true });
      const connection = await openConnection({ REDIS_URL: url, REDIS_CA_FILE: tlsCertificate });
      expect(await connection.run((client) => client.ping())).toBe('PONG');
    });

    it('is spoken where its own setting says so', async () => {
      const { port } = await own({ tls: true });
      const url = `redis://127.0.0.1:${port}`;
      const connection = await openConnection({ REDIS_URL: url, REDIS_TLS: 'yes', REDIS_CA_FILE: tlsCertificate });
      expect(await connection.run((client) => client.ping())).toBe('PONG');
    });

    it('does not trust a certificate that nobody vouches for', async () => {
      const { url } = await own({ tls: true });
      const clock = createFakeClock();
      const settings = redisSettingsSchema.parse({ url });
      const connection = await createConnection({ settings, clock, logger: silentLogger });
      onTestFinished(() => connection.close());
      await expect(connection.start(signal)).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        userMessage: expect.stringMatching(/self-signed certificate.*REDIS_CA_FILE/s) as string,
      });
    });

    it('says which file it cannot read', async () => {
      const settings = redisSettingsSchema.parse({ url: 'rediss://127.0.0.1', caFile: '/nowhere/ca.pem' });
      await expect(
        createConnection({ settings, clock: createFakeClock(), logger: silentLogger }),
      ).rejects.toMatchObject({
        code: 'SETTINGS_INVALID',
        userMessage: expect.stringContaining('/nowhere/ca.pem') as string,
      });
    });
  });

  describe('Sentinel', () => {
    it('names the Redis in charge, also after another has taken over', async () => {
      const first = await own({ args: ['--repl-diskless-sync-delay', '0'] });
      const second = await own({ args: ['--replicaof', '127.0.0.1', String(first.port)] });
      const direct = await openConnection({ REDIS_URL: first.url });
      await eventually('a write reaches the replica', async () => {
        await direct.run((client) => client.set('key', 'kept'));
        return (await direct.run((client) => client.wait(1, 100))) === 1;
      });
      const monitor = `sentinel monitor docent 127.0.0.1 ${first.port} 1\n`;
      const sentinel = await own({
        configuration: `${monitor}sentinel down-after-milliseconds docent 500\nsentinel failover-timeout docent 2000\n`,
        args: ['--sentinel'],
      });
      const connection = await openConnection({
        REDIS_SENTINELS: `127.0.0.1:${sentinel.port}`,
        REDIS_SENTINEL_MASTER: 'docent',
      });
      const watcher = await openConnection({ REDIS_URL: sentinel.url });
      await eventually('the Sentinel knows the replica', async () =>
        String(await watcher.run((client) => client.call('SENTINEL', 'REPLICAS', 'docent'))).includes(
          String(second.port),
        ),
      );
      await first.kill();
      await eventually('the replica is written to', () =>
        connection
          .run((client) => client.set('written', 'to the other'))
          .then(
            () => true,
            () => false,
          ),
      );
      const other = await openConnection({ REDIS_URL: second.url });
      expect(await other.run((client) => client.mget('key', 'written'))).toEqual(['kept', 'to the other']);
    });
  });
});

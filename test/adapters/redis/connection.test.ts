import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Connection, createConnection, defineScript } from '../../../src/adapters/redis/connection.js';
import { pingHealth } from '../../../src/adapters/redis/health.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { DocentError } from '../../../src/core/errors.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { startFaultProxy } from '../../support/fault-proxy.js';
import { freePort } from '../../support/free-port.js';
import { describeWith } from '../../support/obtained.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { type RedisServerOptions, startRedisServer, useRedisServer } from '../../support/redis-server.js';
import { openConnection } from './subject.js';

const { signal } = new AbortController();
const away = { code: 'ENGINE_UNAVAILABLE', retryable: true };

/** A connection that is not started, with its clock and log. */
async function prepare(settings: Record<string, unknown>) {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const connection = await createConnection({ settings: redisSettingsSchema.parse(settings), clock, logger });
  onTestFinished(() => connection.close());
  return { connection, clock, logger };
}

/** What an error says, with everything that hangs on it. */
async function wordsOf(failing: Promise<unknown>): Promise<string> {
  const error: unknown = await failing.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DocentError);
  return inspect(error, { depth: 20, showHidden: true });
}

const ping = (connection: Connection): Promise<string> => connection.run((client) => client.ping());
const answers = (connection: Connection): Promise<boolean> =>
  ping(connection).then(
    () => true,
    () => false,
  );

describeWith('redis-server', 'the connection to Redis', (part) => {
  const server = useRedisServer(part);
  const own = async (options?: RedisServerOptions) => {
    const started = await startRedisServer(part, options);
    onTestFinished(() => started.stop());
    return started;
  };

  describe('start', () => {
    it('says what to do when nobody listens', async () => {
      const { connection, clock } = await prepare({ url: `redis://127.0.0.1:${await freePort()}` });
      const starting = wordsOf(connection.start(signal));
      const endsAt = clock.now() + 15_000;
      await eventually('the end of the wait', async () => {
        await clock.advance(100);
        return clock.now() > endsAt;
      });
      expect(await starting).toMatch(/ECONNREFUSED.*REDIS_URL.*DOCENT_PROFILE=embedded/s);
    });

    it('waits for a Redis that comes', async () => {
      const port = await freePort();
      const { connection } = await prepare({ url: `redis://127.0.0.1:${port}` });
      const starting = connection.start(signal);
      await own({ port });
      await starting;
      expect(await ping(connection)).toBe('PONG');
    });

    it('ends at once when Redis refuses the password, and never says it', async () => {
      const { url } = await own({ args: ['--requirepass', 'right'] });
      const settings = { url: url.replace('//', '//:my-wrong-secret@') };
      const { connection, logger } = await prepare(settings);
      const words = await wordsOf(connection.start(signal));
      expect(words).toMatch(/refuses the user or password: check REDIS_URL/);
      expect(words + inspect(logger.lines, { depth: 20 })).not.toContain('my-wrong-secret');
    });

    it('ends at once when Redis wants a password and none is set', async () => {
      const { url } = await own({ args: ['--requirepass', 'right'] });
      expect(await wordsOf((await prepare({ url })).connection.start(signal))).toMatch(/wants a password: set it/);
    });

    it('says the same of a Cluster and of Sentinels', async () => {
      const args = ['--requirepass', 'right', '--cluster-enabled', 'yes', '--cluster-port', String(await freePort())];
      const { port } = await own({ args });
      const cluster = await prepare({ clusterNodes: `127.0.0.1:${port}`, password: 'my-wrong-secret' });
      const words = await wordsOf(cluster.connection.start(signal));
      expect(words).toMatch(/refuses the user or password: check/);
      const sentinel = await prepare({ sentinels: `127.0.0.1:${await freePort()}`, password: 'my-wrong-secret' });
      const starting = wordsOf(sentinel.connection.start(signal));
      await eventually('the end of the wait', async () => {
        await sentinel.clock.advance(100);
        return sentinel.clock.now() > Date.UTC(2026, 11, 1, 13);
      });
      expect(await starting).toMatch(/All sentinels are unreachable.*REDIS_SENTINELS and REDIS_SENTINEL_MASTER/s);
      expect(words + (await starting)).not.toContain('my-wrong-secret');
    });

    it('takes user and password from the URL or from their own settings', async () => {
      const { url } = await own({ args: ['--user', 'docent', 'on', '>p@ss:word/', '~*', '&*', '+@all'] });
      const inUrl = `${url.replace('//', `//docent:${encodeURIComponent('p@ss:word/')}@`)}`;
      for (const settings of [{ url: inUrl }, { url, username: 'docent', password: 'p@ss:word/' }]) {
        const { connection } = await prepare(settings);
        await connection.start(signal);
        expect(await connection.run((client) => client.call('ACL', 'WHOAMI'))).toBe('docent');
      }
    });

    it('uses the database that the URL names', async () => {
      const { connection } = await prepare({ url: `${server().url}/3` });
      await connection.start(signal);
      expect(await connection.run((client) => client.client('INFO'))).toContain(' db=3 ');
    });

    it('ends at once when there is no such database, rather than to write into another', async () => {
      const { connection } = await prepare({ url: `${server().url}/99` });
      expect(await wordsOf(connection.start(signal))).toMatch(
        /no database of that number: correct the end of REDIS_URL/,
      );
    });

    it('stops waiting when it is aborted', async () => {
      const { connection } = await prepare({ url: `redis://127.0.0.1:${await freePort()}` });
      const stopping = new AbortController();
      const starting = connection.start(stopping.signal);
      stopping.abort();
      await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
    });
  });

  describe('when Redis goes away', () => {
    it('fails at once while nobody listens, and heals by itself', async () => {
      const redis = await own();
      const logger = createRecordingLogger();
      const connection = await openConnection({ REDIS_URL: redis.url }, { logger });
      await redis.kill();
      await expect(ping(connection)).rejects.toMatchObject(away);
      // Once it knows, it waits for nothing: neither for a try to connect, nor in a queue.
      const outcome = await Promise.race([wordsOf(ping(connection)), settle()]);
      expect(outcome).toContain('ENGINE_UNAVAILABLE');
      await redis.restart();
      await eventually('an answer', () => answers(connection));
      expect(logger.lines.map(({ event }) => event)).toEqual(['redis.ready', 'redis.away', 'redis.ready']);
    });

    it('says what Redis refuses it for once it is back, such as a password that was changed', async () => {
      const redis = await own();
      const connection = await openConnection({ REDIS_URL: redis.url });
      await writeFile(join(redis.folder, 'redis.conf'), 'requirepass changed\n');
      await redis.kill();
      await redis.restart();
      await eventually('the refusal', async () => (await wordsOf(ping(connection))).includes('wants a password'));
      expect(await pingHealth(connection, signal)).toMatchObject({
        state: 'unhealthy',
        fix: expect.stringContaining('wants a password') as string,
      });
    });

    it('fails in time when Redis is there and silent, and heals when it speaks again', async () => {
      const redis = await own();
      const connection = await openConnection({ REDIS_URL: redis.url, REDIS_TIMEOUT_SECONDS: '1' });
      redis.pause();
      await expect(ping(connection)).rejects.toMatchObject(away);
      redis.resume();
      await eventually('an answer', () => answers(connection));
    });

    it('makes a connection anew that swallows everything', async () => {
      const proxy = await startFaultProxy(server().port);
      const connection = await openConnection({
        REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
        REDIS_TIMEOUT_SECONDS: '1',
      });
      await proxy.set({ kind: 'black-hole' });
      await expect(ping(connection)).rejects.toMatchObject(away);
      await proxy.set({ kind: 'none' });
      await eventually('an answer', () => answers(connection));
    });

    it('fails what was under way when the connection is reset, and does not send it again', async () => {
      const proxy = await startFaultProxy(server().port);
      const connection = await openConnection({ REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
      const key = 'counter-of-resets';
      await proxy.set({ kind: 'black-hole' });
      const lost = wordsOf(connection.run((client) => client.incr(key)));
      await proxy.set({ kind: 'refuse' });
      expect(await lost).toContain('ENGINE_UNAVAILABLE');
      await proxy.set({ kind: 'none' });
      await eventually('an answer', () => answers(connection));
      expect(await connection.run((client) => client.get(key))).toBeNull();
    });
  });

  it('gives up a step that hangs in the client', async () => {
    const clock = createFakeClock();
    const connection = await openConnection({ REDIS_URL: server().url }, { clock });
    const hanging = wordsOf(connection.run(() => new Promise(() => {})));
    await clock.advance(5_000);
    expect(await hanging).toContain('ENGINE_UNAVAILABLE');
  });

  it('gives up a step when its signal aborts', async () => {
    const connection = await openConnection({ REDIS_URL: server().url });
    const stopping = new AbortController();
    const waiting = connection.run((client) => client.blpop('nobody-pushes', 0), stopping.signal);
    stopping.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await expect(connection.run((client) => client.ping(), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('says nothing of what a failing command was about', async () => {
    const connection = await openConnection({ REDIS_URL: server().url });
    const failing = connection.run(async (client) => {
      await client.set('text', "a member's words");
      return client.lpush('text', "a member's words");
    });
    expect(await wordsOf(failing)).not.toContain("a member's words");
  });

  it('says what to do when the memory of Redis is full', async () => {
    const { url } = await own({ args: ['--maxmemory', '2mb'] });
    const connection = await openConnection({ REDIS_URL: url });
    const script = defineScript(`return redis.call('SET', KEYS[1], ARGV[1])`);
    const fill = async (): Promise<never> => {
      for (let index = 0; ; index += 1) await connection.runScript(script, [`key-${index}`], ['x'.repeat(100_000)]);
    };
    expect(await wordsOf(fill())).toMatch(/memory is full: raise maxmemory/);
  });

  it('loads a script that Redis does not know any more', async () => {
    const connection = await openConnection({ REDIS_URL: server().url });
    const script = defineScript(`return {KEYS[1], ARGV[1]}`);
    for (let time = 0; time < 2; time += 1) {
      expect(await connection.runScript(script, ['a'], ['b'])).toEqual(['a', 'b']);
      await connection.run((client) => client.script('FLUSH'));
    }
  });

  it('starts every key with the prefix', async () => {
    const connection = await openConnection({ REDIS_URL: server().url, REDIS_KEY_PREFIX: 'docent-2:' });
    expect(connection.key('records:system')).toBe('docent-2:records:system');
  });

  it('lets a blocking connection wait longer than commands may, and closes it too', async () => {
    const connection = await openConnection({ REDIS_URL: server().url, REDIS_TIMEOUT_SECONDS: '1' });
    const blocking = connection.openBlocking();
    const popped = blocking.blpop('a-list', 0);
    await expect(connection.run((client) => client.blpop('another-list', 0))).rejects.toMatchObject(away);
    await eventually('an answer', () => answers(connection));
    await connection.run((client) => client.rpush('a-list', 'word'));
    expect(await popped).toEqual(['a-list', 'word']);
    connection.close();
    await eventually('its end', () => blocking.status === 'end');
  });
});

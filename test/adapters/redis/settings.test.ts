import { describe, expect, it } from 'vitest';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { readSettings } from '../../../src/core/settings.js';

const read = (environment: Record<string, string>) => readSettings(redisSettingsSchema, environment);

describe('the settings of Redis', () => {
  it('name a Redis of this machine when nothing is set', () => {
    expect(read({})).toMatchObject({ settings: { url: 'redis://127.0.0.1:6379', keyPrefix: '', timeoutSeconds: 5 } });
  });

  it('take addresses with names, IPv4 and IPv6', () => {
    expect(read({ REDIS_SENTINELS: 'one.example:26379, 10.0.0.1:26380,[::1]:26381' })).toMatchObject({
      settings: {
        sentinels: [
          { host: 'one.example', port: 26_379 },
          { host: '10.0.0.1', port: 26_380 },
          { host: '::1', port: 26_381 },
        ],
      },
    });
  });

  it.each([
    ['no URL', 'REDIS_URL', 'my-secret-redis'],
    ['a URL of something else', 'REDIS_URL', 'https://my-secret@redis'],
    ['a URL without host', 'REDIS_URL', 'redis://'],
    ['a database that is no number', 'REDIS_URL', 'redis://:my-secret@redis/first'],
    ['a broken escape in the password', 'REDIS_URL', 'redis://:my-secret%zz@redis'],
    ['an address without port', 'REDIS_SENTINELS', 'my-secret'],
    ['an address with a password', 'REDIS_CLUSTER_NODES', 'user:my-secret@redis:6379'],
    ['a port past the last one', 'REDIS_CLUSTER_NODES', 'my-secret:65536'],
    ['a prefix with braces', 'REDIS_KEY_PREFIX', '{my-secret}'],
    ['a prefix with spaces', 'REDIS_KEY_PREFIX', 'my secret'],
  ])('refuse %s, and do not repeat it', (_what, env, value) => {
    const result = read({ [env]: value });
    expect(result).toMatchObject({ problems: [{ env }] });
    expect(JSON.stringify(result)).not.toMatch(/my.secret/);
  });

  it.each([
    [{}],
    [{ REDIS_URL: 'redis://redis' }],
    [{ REDIS_URL: 'rediss://redis', REDIS_SENTINELS: 'redis:26379' }],
    [{ REDIS_URL: 'rediss://redis', REDIS_CLUSTER_NODES: 'redis:6379' }],
  ])('refuse a certificate authority where nothing speaks TLS: %j', (environment) => {
    expect(read({ ...environment, REDIS_CA_FILE: 'ca.pem' })).toMatchObject({
      problems: [{ env: 'REDIS_CA_FILE', problem: expect.stringContaining('REDIS_TLS=true') as string }],
    });
    expect(read({ ...environment, REDIS_CA_FILE: 'ca.pem', REDIS_TLS: 'true' })).toHaveProperty('settings');
  });

  it('refuse Sentinel and Cluster at once', () => {
    const both = { REDIS_SENTINELS: 'redis:26379', REDIS_CLUSTER_NODES: 'redis:6379' };
    expect(read(both)).toMatchObject({ problems: [{ env: 'REDIS_CLUSTER_NODES' }] });
  });
});

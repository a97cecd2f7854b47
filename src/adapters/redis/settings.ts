import { z } from 'zod';
import { setting, settingTypes } from '../../core/settings.js';

const addressSchema = z
  .string()
  .trim()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[^\s:/@[\]]+):\d{1,5}$/, 'each address is host:port')
  .transform((address) => {
    const colon = address.lastIndexOf(':');
    return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(colon + 1)) };
  })
  .refine(({ port }) => port >= 1 && port <= 65_535, 'a port is 1 to 65535');

const addressesSchema = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(addressSchema).max(100))
  .optional();

/** A URL whose parts are known to be there; the problem never repeats it, because it may hold a password. */
const urlSchema = z
  .string()
  .refine(isRedisUrl, 'it must look like redis://host:6379 or, with TLS, rediss://user:password@host:6379/0')
  .default('redis://127.0.0.1:6379');

/** Braces would change the Cluster slot of every key. */
const keyPrefixSchema = z
  .string()
  .max(100)
  .regex(/^[^\s{}]*$/, 'it may not hold spaces or braces')
  .default('');

/** How Redis is reached: one server by its URL, or Sentinel, or Cluster. */
export const redisSettingsSchema = z
  .strictObject({
    url: setting(urlSchema, {
      env: 'REDIS_URL',
      description:
        'Redis as redis://user:password@host:port/database, or rediss:// for TLS; unused with Sentinel or Cluster.',
      secret: true,
    }),
    username: setting(settingTypes.optionalText(), {
      env: 'REDIS_USERNAME',
      description: "User of Redis, in place of the URL's.",
    }),
    password: setting(settingTypes.optionalText(), {
      env: 'REDIS_PASSWORD',
      description: "Password of Redis, in place of the URL's.",
      secret: true,
    }),
    tls: setting(settingTypes.flag(false), {
      env: 'REDIS_TLS',
      description: 'Whether Sentinel, Cluster and a redis:// URL are reached over TLS.',
    }),
    caFile: setting(settingTypes.optionalText(), {
      env: 'REDIS_CA_FILE',
      description: "File (PEM) with the certificate authority of Redis' TLS certificate, where it is a private one.",
    }),
    sentinels: setting(addressesSchema, {
      env: 'REDIS_SENTINELS',
      description: 'Sentinels as host:port, separated by commas; they name the Redis in charge.',
    }),
    sentinelMaster: setting(settingTypes.text('mymaster'), {
      env: 'REDIS_SENTINEL_MASTER',
      description: 'Name that the Sentinels know the Redis in charge by.',
    }),
    sentinelUsername: setting(settingTypes.optionalText(), {
      env: 'REDIS_SENTINEL_USERNAME',
      description: 'User of the Sentinels themselves.',
    }),
    sentinelPassword: setting(settingTypes.optionalText(), {
      env: 'REDIS_SENTINEL_PASSWORD',
      description: 'Password of the Sentinels themselves.',
      secret: true,
    }),
    clusterNodes: setting(addressesSchema, {
      env: 'REDIS_CLUSTER_NODES',
      description:
        'Some nodes of a Redis Cluster as host:port, separated by commas; the others are found through them.',
    }),
    keyPrefix: setting(keyPrefixSchema, {
      env: 'REDIS_KEY_PREFIX',
      description: 'Start of every key, so that several Docents can share one Redis.',
    }),
    timeoutSeconds: setting(settingTypes.integer({ min: 1, max: 60, fallback: 5 }), {
      env: 'REDIS_TIMEOUT_SECONDS',
      description: 'Longest wait for an answer of Redis, in seconds.',
    }),
    uploadSpaceMegabytes: setting(settingTypes.integer({ min: 1, max: 1_000_000, fallback: 512 }), {
      env: 'REDIS_UPLOAD_SPACE_MEGABYTES',
      description: 'Memory of Redis for uploads that wait to be read, all together, in megabytes.',
    }),
  })
  .refine(({ sentinels, clusterNodes }) => sentinels === undefined || clusterNodes === undefined, {
    path: ['clusterNodes'],
    message: 'REDIS_SENTINELS is set too; set one of the two',
  })
  .refine((settings) => settings.caFile === undefined || isOverTls(settings), {
    path: ['caFile'],
    message: 'Redis is not reached over TLS; set REDIS_TLS=true, or rediss:// in REDIS_URL, or leave it out',
  });

/** The settings, read and checked. */
export type RedisSettings = z.output<typeof redisSettingsSchema>;

/** Whether Redis is reached over TLS. The URL counts where there is neither Sentinel nor Cluster. */
export function isOverTls(settings: {
  readonly url: string;
  readonly tls: boolean;
  readonly sentinels?: unknown;
  readonly clusterNodes?: unknown;
}): boolean {
  const { url, tls, sentinels, clusterNodes } = settings;
  return tls || (sentinels === undefined && clusterNodes === undefined && new URL(url).protocol === 'rediss:');
}

function isRedisUrl(text: string): boolean {
  try {
    const { protocol, hostname, pathname, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return /^rediss?:$/.test(protocol) && hostname !== '' && /^(?:\/\d{0,5})?$/.test(pathname);
  } catch {
    return false;
  }
}

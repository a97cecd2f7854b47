import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { DocentError } from '../../core/errors.js';
import { replyOf } from './redis-errors.js';
import { type RedisSettings, isOverTls } from './settings.js';

/** ioredis' client; both kinds have the same commands. */
export type RedisClient = Redis | Cluster;

/** Replies keep ioredis' plain shapes. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** Longest wait between two tries to reconnect, in milliseconds. */
const MAX_RECONNECT_MS = 2_000;

/** A blocking command may wait so much longer than the others. */
export const MAX_BLOCK_MS = 30_000;

/** Makes clients of the same Redis: `commands` fail in time, `blocking` may wait for up to `MAX_BLOCK_MS`. */
export type CreateClient = (kind: 'commands' | 'blocking') => RedisClient;

/** How the server is called in messages: without user, password and database. */
export function describeServer({ url, sentinels, sentinelMaster, clusterNodes }: RedisSettings): string {
  if (sentinels !== undefined) return `"${sentinelMaster}" of ${sentinels.length} Sentinels`;
  if (clusterNodes !== undefined) return `a Cluster of ${clusterNodes.map(({ host }) => host).join(', ')}`;
  return new URL(url).host;
}

/** The settings that say where Redis is. */
export function addressSettings({ sentinels, clusterNodes }: RedisSettings): string {
  if (sentinels !== undefined) return 'REDIS_SENTINELS and REDIS_SENTINEL_MASTER';
  return clusterNodes === undefined ? 'REDIS_URL' : 'REDIS_CLUSTER_NODES';
}

/**
 * Loads ioredis and reads the CA file. Clients connect with their first command or `connect`.
 * @throws DocentError `SETTINGS_INVALID` when the CA file cannot be read.
 */
export async function createClientFactory(settings: RedisSettings): Promise<CreateClient> {
  const ioredis = await import('ioredis');
  const tls = await tlsOptions(settings);
  return (kind) => {
    const options = commonOptions(settings, kind);
    const { clusterNodes, sentinels } = settings;
    if (clusterNodes !== undefined)
      return new ioredis.Cluster([...clusterNodes], {
        lazyConnect: true,
        enableOfflineQueue: kind === 'blocking',
        clusterRetryStrategy: reconnectAfterMs,
        slotsRefreshTimeout: settings.timeoutSeconds * 1_000,
        // Certificates name hosts, not addresses.
        ...(tls === undefined ? {} : { dnsLookup: (host, found) => found(null, host) }),
        redisOptions: { ...options, ...credentials(settings), ...(tls === undefined ? {} : { tls }) },
      });
    if (sentinels !== undefined)
      return new ioredis.Redis({
        ...options,
        ...credentials(settings),
        ...sentinelOptions(settings, tls),
        sentinels: [...sentinels],
      });
    return new ioredis.Redis({ ...options, ...urlOptions(settings), ...(tls === undefined ? {} : { tls }) });
  };
}

function commonOptions({ timeoutSeconds }: RedisSettings, kind: 'commands' | 'blocking'): ClientOptions {
  const timeoutMs = timeoutSeconds * 1_000;
  const common: ClientOptions = {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    connectionName: `docent-${kind}`,
    retryStrategy: reconnectAfterMs,
    // A replica that was in charge a moment ago: the new one is found by connecting again.
    reconnectOnError: (error) => replyOf(error).startsWith('READONLY'),
  };
  if (kind === 'blocking')
    return {
      ...common,
      maxRetriesPerRequest: null,
      blockingTimeout: MAX_BLOCK_MS,
      blockingTimeoutGrace: timeoutMs,
      socketTimeout: MAX_BLOCK_MS + timeoutMs,
    };
  return {
    ...common,
    commandTimeout: timeoutMs,
    // Without it a connection that swallows everything would never be made anew.
    socketTimeout: timeoutMs,
    // What cannot be sent or was not answered fails: a command that runs after its caller gave up would surprise.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };
}

/** Exponential with full jitter. */
function reconnectAfterMs(attempt: number): number {
  return Math.round(20 + Math.random() * Math.min(MAX_RECONNECT_MS, 50 * 2 ** Math.min(attempt, 10)));
}

function credentials({ username, password }: RedisSettings): { username?: string; password?: string } {
  return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
}

function urlOptions(settings: RedisSettings): ClientOptions {
  const { hostname, port, username, password, pathname } = new URL(settings.url);
  const database = Number(pathname.slice(1));
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6_379 : Number(port),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(Number.isInteger(database) ? { db: database } : {}),
    ...credentials(settings),
  };
}

function sentinelOptions(settings: RedisSettings, tls: ConnectionOptions | undefined): ClientOptions {
  const { sentinelMaster, sentinelUsername, sentinelPassword, timeoutSeconds } = settings;
  return {
    name: sentinelMaster,
    sentinelCommandTimeout: timeoutSeconds * 1_000,
    sentinelRetryStrategy: reconnectAfterMs,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
  };
}

async function tlsOptions(settings: RedisSettings): Promise<ConnectionOptions | undefined> {
  if (!isOverTls(settings)) return undefined;
  const { caFile } = settings;
  if (caFile === undefined) return {};
  try {
    return { ca: await readFile(caFile) };
  } catch (cause) {
    throw new DocentError('SETTINGS_INVALID', {
      userMessage: `The file ${caFile} that REDIS_CA_FILE names cannot be read. Check the path and its permissions.`,
      cause,
    });
  }
}

import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Health } from '../../core/ports/health.js';
import { DocentError } from '../../core/errors.js';
import type { RedisClient } from './client.js';
import type { Connection } from './connection.js';
import { refusalOf } from './redis-errors.js';

/** Share of maxmemory past which an operator should know. */
const NEARLY_FULL = 0.9;

/** Whether Redis answers at all. */
export async function pingHealth(connection: Connection, signal: AbortSignal): Promise<Health> {
  try {
    await connection.run((client) => client.ping(), signal);
    return { state: 'healthy', detail: `Redis (${connection.server}) answers.` };
  } catch (error) {
    return unhealthy(connection, error);
  }
}

/** How Redis is set up: version, role, whether it keeps what it is given, its disk included, and whether its memory is nearly full. */
export async function serverHealth(connection: Connection, signal: AbortSignal): Promise<Health> {
  try {
    const servers = await connection.run(readInfo, signal);
    const [first] = servers;
    const seen = `Redis ${first?.redis_version ?? '?'} (${connection.server}) answers as ${first?.role ?? '?'}`;
    const problem = servers.map(problemOf).find((found) => found !== undefined);
    if (problem === undefined) return { state: 'healthy', detail: `${seen}${lossOf(servers)}.` };
    return { state: 'degraded', detail: `${seen}, but ${problem.what}.`, fix: problem.fix };
  } catch (error) {
    return unhealthy(connection, error);
  }
}

const infoSchema = z.object({
  redis_version: z.string(),
  role: z.string(),
  aof_enabled: z.string(),
  aof_last_write_status: z.string().optional(),
  aof_last_bgrewrite_status: z.string().optional(),
  maxmemory: z.coerce.number(),
  maxmemory_policy: z.string(),
  used_memory: z.coerce.number(),
  appendfsync: z.string().optional(),
});
type Info = z.infer<typeof infoSchema>;

/** Asks each master of a Cluster. @throws Error also where none is known, as in a Cluster that is away. */
async function readInfo(client: RedisClient): Promise<Info[]> {
  const servers = 'nodes' in client ? client.nodes('master') : [client];
  if (servers.length === 0) throw new Error('no master of the Cluster is known');
  return Promise.all(servers.map(readInfoOf));
}

async function readInfoOf(server: Redis): Promise<Info> {
  // Hosted servers, and users with few rights, are not allowed CONFIG.
  const [text, settings] = await Promise.all([server.info(), server.config('GET', 'appendfsync').catch(() => [])]);
  const lines = [...text.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, value]) => [name, value]);
  return infoSchema.parse({ ...Object.fromEntries(lines), appendfsync: z.array(z.string()).parse(settings)[1] });
}

/** What an append-only file may lack after a crash. */
function lossOf(servers: readonly Info[]): string {
  const isLate = servers.some(({ appendfsync }) => appendfsync !== undefined && appendfsync !== 'always');
  return isLate ? '; a crash may lose its last two seconds, because appendfsync is not always' : '';
}

function problemOf(info: Info): { readonly what: string; readonly fix: string } | undefined {
  if (info.role !== 'master')
    return {
      what: 'it is a replica, which takes no writes',
      fix: 'Point REDIS_URL at the master, or use REDIS_SENTINELS.',
    };
  if (info.aof_enabled !== '1')
    return {
      what: 'it forgets what it was given last when it ends, because its append-only file is off',
      fix: 'Set appendonly yes and appendfsync always in redis.conf (now: redis-cli CONFIG SET appendonly yes; redis-cli CONFIG SET appendfsync always; redis-cli CONFIG REWRITE).',
    };
  if (info.aof_last_write_status === 'err')
    return {
      what: 'it could not write its append-only file, and takes no writes',
      fix: 'Check that its disk is not full and lets Redis write: it takes writes again by itself.',
    };
  if (info.aof_last_bgrewrite_status === 'err')
    return {
      what: 'it could not make its append-only file shorter, which grows until the disk is full',
      fix: 'Check that its disk has room for a second such file and lets Redis write; then redis-cli BGREWRITEAOF.',
    };
  if (info.maxmemory_policy !== 'noeviction')
    return {
      what: `it throws data away when its memory is full (maxmemory-policy ${info.maxmemory_policy})`,
      fix: 'Set maxmemory-policy noeviction in redis.conf (now: redis-cli CONFIG SET maxmemory-policy noeviction; redis-cli CONFIG REWRITE).',
    };
  if (info.maxmemory > 0 && info.used_memory > NEARLY_FULL * info.maxmemory)
    return {
      what: `${Math.round((100 * info.used_memory) / info.maxmemory)} % of its memory (maxmemory) are taken`,
      fix: 'Raise maxmemory in redis.conf, or remove documents in time: a full Redis takes no writes, not even those that remove one.',
    };
  return undefined;
}

function unhealthy(connection: Connection, error: unknown): Health {
  return {
    state: 'unhealthy',
    detail: `Redis (${connection.server}) does not answer.`,
    fix:
      refusalOf(error instanceof DocentError ? error.cause : error) ??
      'Check that Redis runs: it is found again without a restart of Docent.',
  };
}

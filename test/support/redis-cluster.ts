import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from './free-port.js';
import type { Part } from './obtained.js';
import { type RedisServer, startRedisServer } from './redis-server.js';

const SLOTS = 16_384;
const MASTERS = 3;
const PATIENCE_MS = 20_000;

/** A Redis Cluster of three masters without replicas. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** As `REDIS_CLUSTER_NODES` wants it. */
  readonly addresses: string;
}

/** A Cluster for all tests of a suite: started before them, gone after them. Read it inside a test. */
export function useRedisCluster(part: Part): () => RedisCluster {
  const members: Member[] = [];
  beforeAll(async () => {
    // One after the other, because a port is free only until somebody takes it.
    for (let index = 0; index < MASTERS; index += 1) members.push(await startMember(part));
    await join(members);
  });
  afterAll(() => Promise.all(members.map(({ server }) => server.stop())));
  return () => {
    if (members.length < MASTERS) throw new Error('the Redis Cluster has not started yet');
    const nodes = members.map(({ server }) => server);
    return { nodes, addresses: nodes.map(({ port }) => `127.0.0.1:${port}`).join(',') };
  };
}

interface Member {
  readonly server: RedisServer;
  /** Where nodes talk to each other: by default a port that may be past the last one. */
  readonly busPort: number;
}

async function startMember(part: Part): Promise<Member> {
  const busPort = await freePort();
  const configuration = `cluster-enabled yes\ncluster-port ${busPort}\ncluster-node-timeout 2000\n`;
  return { server: await startRedisServer(part, { configuration }), busPort };
}

async function join(members: readonly Member[]): Promise<void> {
  const clients = members.map(({ server }) => new Redis(server.url));
  const firstSlot = (index: number): number => Math.floor((index * SLOTS) / members.length);
  try {
    for (const [index, client] of clients.entries()) {
      await client.call('CLUSTER', 'ADDSLOTSRANGE', firstSlot(index), firstSlot(index + 1) - 1);
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    }
    for (const { server, busPort } of members.slice(1))
      await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (const client of clients)
      while (!(await client.cluster('INFO')).includes('cluster_state:ok'))
        if (Date.now() > giveUpAt) throw new Error('the Redis Cluster did not come together');
  } finally {
    for (const client of clients) client.disconnect();
  }
}

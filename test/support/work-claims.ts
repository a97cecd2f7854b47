import { Redis } from 'ioredis';
import { EVENT_QUEUE } from '../../src/core/chat/accepted-event.js';
import { EMBED_QUEUE, INGEST_QUEUE } from '../../src/core/ingest/ingest-payload.js';

/** How many claims there are on events, and on documents to be read or learned. */
export interface ClaimCount {
  readonly events: number;
  readonly documents: number;
}

/** As the core sets it for its three queues. */
const LEASE_MS = 30_000;
/** Claims are extended every second, by processes that may have to wait for the processor. */
const LIVELY_MS = 5_000;

/** The claims that some process held at a moment just passed. */
export function heldClaims(redisPort: number, atMs: number): Promise<ClaimCount> {
  return countClaims(redisPort, atMs + LEASE_MS - LIVELY_MS, Infinity);
}

/** The claims that nobody has extended since a moment of a few seconds ago: whoever held them died in mid-work. */
export function abandonedClaims(redisPort: number, sinceMs: number): Promise<ClaimCount> {
  return countClaims(redisPort, sinceMs + LEASE_MS - LIVELY_MS, sinceMs + LEASE_MS);
}

async function countClaims(redisPort: number, fromMs: number, toMs: number): Promise<ClaimCount> {
  const redis = new Redis(redisPort);
  const count = async (queue: string): Promise<number> => {
    const locks = await redis.keys(`{work}:${queue}/*:lock`);
    const ends = await Promise.all(locks.map(async (lock) => Date.now() + (await redis.pttl(lock))));
    return ends.filter((end) => end >= fromMs && end <= toMs).length;
  };
  try {
    const [events, read, learned] = await Promise.all([EVENT_QUEUE, INGEST_QUEUE, EMBED_QUEUE].map(count));
    return { events: events ?? 0, documents: (read ?? 0) + (learned ?? 0) };
  } finally {
    redis.disconnect();
  }
}

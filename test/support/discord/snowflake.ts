import type { Clock } from '../../../src/core/ports/clock.js';

/** 1 January 2015, where Discord's ids begin (reference, Snowflakes). */
const EPOCH_MS = 1_420_070_400_000n;
const TIME_SHIFT = 22n;

/** Ids that grow, each with the time of its making in it. */
export function createSnowflakes(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const now = (BigInt(clock.now()) - EPOCH_MS) << TIME_SHIFT;
    last = now > last ? now : last + 1n;
    return String(last);
  };
}

/** Ids of guilds, one millisecond apart, so that neighbours are on different shards. */
export function createGuildSnowflakes(startMs: number): () => string {
  let made = 0n;
  return () => String((BigInt(startMs) - EPOCH_MS + made++) << TIME_SHIFT);
}

/** The shard that a guild belongs to (events/gateway, Sharding). */
export function shardOf(guildId: string, shards: number): number {
  return Number((BigInt(guildId) >> TIME_SHIFT) % BigInt(shards));
}

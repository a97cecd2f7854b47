import { describe, expect, it } from 'vitest';
import { createConnection } from '../../../src/adapters/discord/gateway/connection.js';
import { explainClose } from '../../../src/adapters/discord/gateway/gateway.js';
import type { Gateway, ShardState } from '../../../src/adapters/discord/gateway/gateway.js';
import { DocentError } from '../../../src/core/errors.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

/** A connection over gateways that a test steers. */
function openConnection(connect: (count: number) => Promise<void> = async () => {}, closesAfterMs = 0) {
  const clock = createFakeClock();
  const open = new Set<number>();
  const shard = { id: 0, isReady: true, signs: 1 };
  let made = 0;
  let failed: (error: DocentError) => void = () => {};
  const refusals: string[] = [];
  const connection = createConnection({
    async createGateway(fail): Promise<Gateway> {
      made += 1;
      const count = made;
      failed = fail;
      open.add(count);
      return {
        connect: () => connect(count),
        get shards(): ShardState[] {
          return [{ ...shard }];
        },
        async close() {
          if (closesAfterMs > 0)
            await new Promise<void>((resolve) => {
              clock.after(closesAfterMs, resolve);
            });
          open.delete(count);
        },
      };
    },
    onRefused: ({ userMessage }) => void refusals.push(userMessage),
    clock,
    logger: silentLogger,
  });
  return { clock, shard, connection, refusals, open, made: () => made, fail: (error: DocentError) => failed(error) };
}

describe('the connection to Discord', () => {
  it('turns red within 60 seconds of the last sign of life, and green with the next one', async () => {
    const { clock, shard, connection } = openConnection();
    await connection.open();
    expect(connection.health().state).toBe('healthy');
    await clock.advance(45_000);
    expect(connection.health().state).toBe('healthy');
    await clock.advance(15_000);
    expect(connection.health()).toMatchObject({ state: 'unhealthy', detail: '1 of 1 shard without a sign of life.' });
    shard.signs += 1;
    expect(connection.health().state).toBe('healthy');
    await connection.close();
  });

  it('is made anew when discord.js does not bring it back', async () => {
    const { clock, shard, connection, made } = openConnection();
    await connection.open();
    shard.isReady = false;
    await clock.advance(290_000);
    expect(made()).toBe(1);
    await clock.advance(20_000);
    expect(made()).toBe(2);
    await clock.advance(250_000);
    expect(made()).toBe(2);
    await connection.close();
  });

  it('is made anew one at a time where the old one closes slowly, and each old one is closed in the end', async () => {
    const { clock, shard, connection, open, made } = openConnection(undefined, 30_000);
    await connection.open();
    shard.isReady = false;
    await clock.advance(310_000);
    expect(made()).toBe(2);
    await clock.advance(30_000);
    expect([...open]).toEqual([2]);
    await clock.advance(600_000);
    expect(made()).toBe(4);
    const closing = connection.close();
    await clock.advance(30_000);
    await closing;
    expect([...open]).toEqual([]);
  });

  it('is let go where it was closed while it was made', async () => {
    const { clock, connection, open } = openConnection();
    const opening = connection.open();
    await connection.close();
    await opening;
    await clock.advance(60_000);
    expect([...open]).toEqual([]);
  });

  it('is tried again, ever more slowly, where Discord cannot be reached at the start', async () => {
    const unreachable = new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'Away.', retryable: true });
    const { clock, connection, made, shard } = openConnection(async (count) => {
      if (count < 3) throw unreachable;
    });
    shard.isReady = false;
    await connection.open();
    expect(made()).toBe(1);
    await clock.advance(20_000);
    expect(made()).toBe(2);
    shard.isReady = true;
    shard.isReady = false;
    await clock.advance(30_000);
    expect(made()).toBe(3);
    await connection.close();
  });

  it('is not made anew for what only a setting can change', async () => {
    const { clock, connection, refusals, made, fail } = openConnection();
    await connection.open();
    fail(explainClose(4_004));
    expect(refusals).toEqual([expect.stringContaining('DISCORD_TOKEN')]);
    expect(connection.health().state).toBe('unhealthy');
    await clock.advance(3_600_000);
    expect(made()).toBe(1);
    await connection.close();
  });
});

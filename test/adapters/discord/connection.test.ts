import { describe, expect, it } from 'vitest';
import { createConnection } from '../../../src/adapters/discord/gateway/connection.js';
import { explainClose } from '../../../src/adapters/discord/gateway/gateway.js';
import type { Gateway, ShardState } from '../../../src/adapters/discord/gateway/gateway.js';
import { DocentError } from '../../../src/core/errors.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

/** A connection over gateways that a test steers. */
function openConnection(connect: (count: number) => Promise<void> = async () => {}) {
  const clock = createFakeClock();
  const shard = { id: 0, isReady: true, signs: 1 };
  const logger = createRecordingLogger();
  let made = 0;
  let closed = 0;
  let refusal: DocentError | undefined;
  let failed: (error: DocentError) => void = () => {};
  const connection = createConnection({
    async createGateway(fail): Promise<Gateway> {
      made += 1;
      failed = fail;
      return {
        connect: () => connect(made),
        get shards(): ShardState[] {
          return [{ ...shard }];
        },
        async close() {
          closed += 1;
        },
      };
    },
    refusal: () => refusal,
    clock,
    logger,
  });
  return {
    clock,
    shard,
    connection,
    logger,
    made: () => made,
    closed: () => closed,
    fail: (error: DocentError) => failed(error),
    refuse: (error: DocentError) => (refusal = error),
  };
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

  it.each([
    ['closed the connection over the token', 4_004, /DISCORD_TOKEN/],
    ['closed the connection over an intent', 4_014, /Message Content Intent/],
  ])('ends for good, and tells the log once how to mend it, where Discord %s', async (_, code, fix) => {
    const { clock, connection, logger, made, closed, fail } = openConnection();
    await connection.open();
    fail(explainClose(code));
    fail(explainClose(code));
    expect(connection.health()).toMatchObject({ state: 'unhealthy', fix: expect.stringMatching(fix) as string });
    await clock.advance(3_600_000);
    expect([made(), closed()]).toEqual([1, 1]);
    const errors = logger.lines.filter(({ level }) => level === 'error');
    expect(errors).toMatchObject([{ event: 'discord.ended', fields: { fix: expect.stringMatching(fix) as string } }]);
    await connection.close();
  });

  it('ends for good within seconds where Discord refused the token of a call', async () => {
    const { clock, connection, made, closed, refuse } = openConnection();
    await connection.open();
    refuse(explainClose(4_004));
    await clock.advance(5_000);
    expect(connection.health()).toMatchObject({ state: 'unhealthy' });
    await clock.advance(3_600_000);
    expect([made(), closed()]).toEqual([1, 1]);
    await connection.close();
  });
});

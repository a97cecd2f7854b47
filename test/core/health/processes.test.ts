import { describe, expect, it, onTestFinished } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { createHealthBoard } from '../../../src/core/health/health-board.js';
import { createHeartbeatSender, heartbeatCollection, identifyProcess } from '../../../src/core/health/heartbeat.js';
import { createOtherProcesses } from '../../../src/core/health/other-processes.js';
import { createWholeBoard } from '../../../src/core/health/whole-board.js';
import type { Clock } from '../../../src/core/ports/clock.js';
import type { Health } from '../../../src/core/ports/health.js';
import { type RecordStore, SYSTEM_SCOPE } from '../../../src/core/ports/record-store.js';
import type { Role } from '../../../src/core/roles.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const { signal } = new AbortController();
const well: Health = { state: 'healthy', detail: 'Fine.' };
const full: Health = { state: 'unhealthy', detail: 'The disk is full.', fix: 'Make room.' };

interface StartOptions {
  readonly folder?: string;
  /** What the process checks, by component. */
  readonly sees?: Readonly<Record<string, () => Health>>;
  /** How far its clock is ahead of the others'. */
  readonly clockIsAheadMs?: number;
}

/** Processes of one Docent that share their records. */
async function openProcesses() {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const away = { isAway: false };
  const unlessAway = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    if (away.isAway) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'Redis is away.' });
    return call();
  };
  const recordStore: RecordStore = {
    ...engines.recordStore,
    put: (...parameters) => unlessAway(() => engines.recordStore.put(...parameters)),
    list: (...parameters) => unlessAway(() => engines.recordStore.list(...parameters)),
  };

  function start(role: Role, { folder = '/data', sees = {}, clockIsAheadMs = 0 }: StartOptions = {}) {
    const life = { isKilled: false };
    const own: Clock = {
      now: () => clock.now() + clockIsAheadMs,
      after: (delayMs, callback) => clock.after(delayMs, () => (life.isKilled ? undefined : callback())),
    };
    const checks = Object.entries(sees).map(([component, see]) => ({ component, check: async () => see() }));
    const board = createHealthBoard({ checks, clock: own });
    const identity = identifyProcess(role, folder, own);
    const others = createOtherProcesses({ recordStore, clock: own, ownId: identity.id });
    const sender = createHeartbeatSender({
      identity,
      board,
      others,
      recordStore,
      clock: own,
      logger: silentLogger,
    });
    sender.start();
    onTestFinished(() => sender.stop());
    const whole = createWholeBoard({ own: board, ownName: identity.name, others });
    return {
      name: identity.name,
      stop: () => sender.stop(),
      kill: () => void (life.isKilled = true),
      check: () => whole.check(signal),
      async states(): Promise<Record<string, string>> {
        const { components } = await whole.check(signal);
        return Object.fromEntries(components.map(({ component, state }) => [component, state]));
      },
    };
  }
  const kept = () => engines.recordStore.list(heartbeatCollection, SYSTEM_SCOPE, { limit: 100 });
  return { clock, away, start, kept };
}

describe('the processes of one Docent', () => {
  it('tell each other what only one of them sees', async () => {
    const { clock, start } = await openProcesses();
    const discord = { state: well };
    const gateway = start('gateway', { sees: { discord: () => discord.state } });
    const scheduler = start('scheduler');
    await clock.advance(MINUTE_MS);
    expect(await scheduler.states()).toEqual({ discord: 'healthy', [gateway.name]: 'healthy' });
    discord.state = { state: 'unhealthy', detail: 'Not connected to Discord.', fix: 'It reconnects by itself.' };
    await clock.advance(20_000);
    expect(await scheduler.check()).toMatchObject({
      state: 'unhealthy',
      components: [{ component: 'discord', ...discord.state }, { component: gateway.name }],
    });
  });

  it('name one that was killed within a minute, and are well within a minute of its restart', async () => {
    const { clock, start } = await openProcesses();
    const scheduler = start('scheduler');
    const gateway = start('gateway');
    await clock.advance(5 * MINUTE_MS);
    gateway.kill();
    await clock.advance(MINUTE_MS);
    const { components } = await scheduler.check();
    expect(components).toMatchObject([{ component: gateway.name, state: 'unhealthy' }]);
    expect(components[0]?.detail).toMatch(/^It ran on \S+ and has given no sign of life for \d+\.0 s\.$/);
    expect(components[0]?.fix).toContain('start it again');
    start('gateway');
    await clock.advance(MINUTE_MS);
    expect(await scheduler.states()).toEqual({ [gateway.name]: 'healthy' });
  });

  it('name nobody who was restarted at once, or stopped in order', async () => {
    const { clock, start } = await openProcesses();
    const scheduler = start('scheduler');
    const worker = start('worker');
    const gateway = start('gateway');
    await clock.advance(MINUTE_MS);
    await worker.stop();
    gateway.kill();
    start('gateway');
    for (let looks = 0; looks < 24; looks += 1) {
      await clock.advance(5_000);
      expect(Object.values(await scheduler.states())).not.toContain('unhealthy');
    }
    expect(await scheduler.states()).toEqual({ [gateway.name]: 'healthy' });
  });

  it('name the killed one of two with the same role, and not the other', async () => {
    const { clock, start } = await openProcesses();
    const scheduler = start('scheduler');
    const killed = start('worker', { folder: '/data/1' });
    await clock.advance(MINUTE_MS);
    const living = start('worker', { folder: '/data/2' });
    killed.kill();
    await clock.advance(MINUTE_MS);
    expect(await scheduler.states()).toEqual({ [killed.name]: 'unhealthy', [living.name]: 'healthy' });
  });

  it('show the worst of what they see differently, and who sees it so', async () => {
    const { clock, start } = await openProcesses();
    const scheduler = start('scheduler', { sees: { disk: () => full, redis: () => well } });
    const worker = start('worker', { sees: { disk: () => well, redis: () => well } });
    await clock.advance(MINUTE_MS);
    for (const process of [scheduler, worker]) {
      const { state, components } = await process.check();
      expect(state).toBe('unhealthy');
      expect(components.slice(0, 2)).toMatchObject([
        {
          component: 'disk',
          state: 'unhealthy',
          detail: `The disk is full. 1 of 2 processes sees it so: ${scheduler.name}.`,
          fix: 'Make room.',
        },
        { component: 'redis', ...well },
      ]);
    }
  });

  it.each([HOUR_MS, -HOUR_MS])('do not take a clock that is wrong by %d ms for a death', async (clockIsAheadMs) => {
    const { clock, start } = await openProcesses();
    const scheduler = start('scheduler');
    const gateway = start('gateway', { clockIsAheadMs });
    await clock.advance(2 * MINUTE_MS);
    for (let looks = 0; looks < 12; looks += 1) {
      await clock.advance(5_000);
      expect(await scheduler.states()).toEqual({ [gateway.name]: 'healthy' });
    }
    gateway.kill();
    await clock.advance(MINUTE_MS);
    expect(await scheduler.states()).toEqual({ [gateway.name]: 'unhealthy' });
  });

  it('do not take an outage of the records for a death', async () => {
    const { clock, away, start } = await openProcesses();
    const scheduler = start('scheduler');
    await clock.advance(3_000);
    const gateway = start('gateway');
    await clock.advance(67_000);
    away.isAway = true;
    const watchFor = async (seconds: number): Promise<void> => {
      for (let looks = 0; looks < seconds; looks += 1) {
        expect(await scheduler.states()).toEqual({ [gateway.name]: 'healthy' });
        await clock.advance(1_000);
      }
    };
    // It ends just after the gateway's heartbeat was due: the next one is far.
    await watchFor(304);
    away.isAway = false;
    await watchFor(60);
  });

  it('forget one that does not come back a day after its last sign of life', async () => {
    const { clock, start, kept } = await openProcesses();
    const gateway = start('gateway');
    await clock.advance(10_000);
    gateway.kill();
    await clock.advance(24 * HOUR_MS - MINUTE_MS);
    const scheduler = start('scheduler');
    expect(await scheduler.states()).toEqual({ [gateway.name]: 'unhealthy' });
    await clock.advance(MINUTE_MS - 1_000);
    expect(await scheduler.states()).toEqual({ [gateway.name]: 'unhealthy' });
    await clock.advance(6_000);
    expect(await scheduler.states()).toEqual({});
    expect(await kept()).toHaveLength(1);
  });

  it('are not missed when they end before their first sign of life', async () => {
    const { clock, start, kept } = await openProcesses();
    const scheduler = start('scheduler');
    start('worker').kill();
    await clock.advance(2 * MINUTE_MS);
    expect(await scheduler.states()).toEqual({});
    expect(await kept()).toHaveLength(1);
  });
});

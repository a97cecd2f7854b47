import { describe, expect, it, onTestFinished } from 'vitest';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { DocentError } from '../../../src/core/errors.js';
import { createHealthBoard } from '../../../src/core/health/health-board.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { Health } from '../../../src/core/ports/health.js';
import type { Coordinator, Lease } from '../../../src/core/ports/coordinator.js';
import type { RecordStore } from '../../../src/core/ports/record-store.js';
import { createAlertPost } from '../../../src/core/reports/alert-post.js';
import { createDeliveries } from '../../../src/core/reports/deliveries.js';
import { createHealthWatch } from '../../../src/core/reports/health-watch.js';
import { createReportSettings, withSetting } from '../../../src/core/reports/report-settings.js';
import { defineReport } from '../../../src/core/reports/report.js';
import { makeEvent } from '../../support/embedded-core.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { createFakeChatAdapter } from '../../support/fake-chat-adapter.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { createTestServices } from '../../support/test-services.js';

const coach = creatorIdSchema.parse('coach');
const { address } = makeEvent();
const MINUTE_MS = 60_000;

const health = defineReport({
  name: 'health',
  description: 'How everything is.',
  defaultSchedule: '0 8 * * 1',
  collect: async () => null,
  render: () => notice('Everything works.'),
});

/** One or more processes that watch the same part. */
async function openWatch({ processes = 1 } = {}) {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const state: Health = { state: 'healthy', detail: 'It answers.' };
  const part = { current: state };
  const adapter = createFakeChatAdapter();
  const adapters = new Map([[adapter.platform, adapter]]);
  const away = { isAway: false };
  const recordStore: RecordStore = {
    ...engines.recordStore,
    async get(...parameters) {
      if (away.isAway) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'Redis is away.' });
      return engines.recordStore.get(...parameters);
    },
  };
  const settings = createReportSettings(recordStore);
  const services = createTestServices({ engines, clock });
  const { creators, links } = services;
  await creators.add(coach);
  await links.setAdminChannel(coach, { ...address, channelId: 'admins' });
  const posting = {
    ...engines,
    reports: [health],
    deliveries: createDeliveries({ recordStore: engines.recordStore, clock }),
    services,
    creators,
    links,
    settings,
    adapters,
    clock,
    logger: silentLogger,
  };
  const openOne = ({ sees = () => part.current, coordinator = engines.coordinator } = {}) => {
    const board = createHealthBoard({ checks: [{ component: 'records', check: async () => sees() }], clock });
    const watch = createHealthWatch({
      board,
      post: createAlertPost(posting),
      recordStore,
      coordinator,
      clock,
      logger: silentLogger,
      holdMs: MINUTE_MS,
    });
    watch.start();
    onTestFinished(() => watch.stop(0));
    return watch;
  };
  const watches = Array.from({ length: processes }, () => openOne());
  return {
    clock,
    adapter,
    engines,
    away,
    watches,
    openOne,
    settings,
    creators,
    links,
    async become(next: Health): Promise<void> {
      part.current = next;
      await clock.advance(11_000);
    },
    texts: () => adapter.posted.map(({ message }) => message.text),
    posted: (count: number) => eventually(`${count} alerts`, () => adapter.posted.length === count),
  };
}

/** A coordinator for a process whose lease somebody else may take from some moment on, as after a kill. */
function createKilled(coordinator: Coordinator) {
  const held: { lease: Lease; lost: AbortController }[] = [];
  return {
    coordinator: {
      ...coordinator,
      async lease(name: string, options: { readonly leaseMs: number }) {
        if (held.length > 0) return undefined;
        const lease = await coordinator.lease(name, options);
        if (lease === undefined) return undefined;
        const lost = new AbortController();
        held.push({ lease, lost });
        return { ...lease, signal: lost.signal };
      },
    },
    kill() {
      for (const { lease, lost } of held) {
        void lease.release();
        lost.abort();
      }
    },
  };
}

const broken: Health = { state: 'unhealthy', detail: 'Redis does not answer.', fix: 'Start it.' };
const well: Health = { state: 'healthy', detail: 'It answers.' };

describe('the watch over health', () => {
  it('tells once that a part stopped working, and once that it works again', async () => {
    const { clock, become, texts, posted } = await openWatch();
    await become(broken);
    await clock.advance(MINUTE_MS + 10_000);
    await posted(1);
    expect(texts()[0]).toBe('**Something stopped working.**\n\n- ❌ **records**: Redis does not answer. Start it.');
    await clock.advance(10 * MINUTE_MS);
    await settle();
    expect(texts()).toHaveLength(1);
    await become(well);
    await clock.advance(MINUTE_MS + 10_000);
    await posted(2);
    expect(texts()[1]).toBe('**It works again.**\n\n- ✅ **records**: It answers.');
  });

  it('says nothing of a state that does not last a minute', async () => {
    const { clock, become, texts } = await openWatch();
    await become(broken);
    await clock.advance(40_000);
    await become(well);
    await clock.advance(5 * MINUTE_MS);
    await settle();
    expect(texts()).toEqual([]);
  });

  it('tells a change once, however many processes see it, and not again after a restart', async () => {
    const { clock, become, texts, posted, openOne } = await openWatch({ processes: 3 });
    await become(broken);
    await clock.advance(MINUTE_MS + 10_000);
    await posted(1);
    openOne();
    await clock.advance(5 * MINUTE_MS);
    await settle();
    expect(texts()).toHaveLength(1);
  });

  it('tells one change in an hour when two processes disagree, each the other way round from the other', async () => {
    const { clock, texts, posted, openOne } = await openWatch({ processes: 0 });
    openOne({ sees: () => broken });
    openOne({ sees: () => well });
    await clock.advance(60 * MINUTE_MS);
    await posted(1);
    expect(texts()[0]).toContain('Something stopped working.');
  });

  it('is taken over when the process that watches is gone', async () => {
    const { clock, become, texts, posted, openOne, engines } = await openWatch({ processes: 0 });
    const killed = createKilled(engines.coordinator);
    openOne({ coordinator: killed.coordinator });
    await clock.advance(MINUTE_MS);
    openOne();
    await become(broken);
    await clock.advance(MINUTE_MS);
    await posted(1);
    killed.kill();
    await become(well);
    await clock.advance(2 * MINUTE_MS);
    await posted(2);
    expect(texts()[1]).toContain('It works again.');
  });

  it('hands what it told alone over to the process that watches next', async () => {
    const { clock, become, texts, posted, openOne, engines, away } = await openWatch({ processes: 0 });
    const cut = createKilled(engines.coordinator);
    openOne({ coordinator: cut.coordinator });
    await clock.advance(MINUTE_MS);
    openOne();
    away.isAway = true;
    await become(broken);
    await clock.advance(2 * MINUTE_MS);
    await posted(1);
    cut.kill();
    away.isAway = false;
    await become(well);
    await clock.advance(2 * MINUTE_MS);
    await posted(2);
    expect(texts()[1]).toContain('It works again.');
  });

  it('tells from this process alone when what keeps records is what stopped working', async () => {
    const { clock, become, texts, posted, away } = await openWatch();
    await clock.advance(MINUTE_MS);
    away.isAway = true;
    await become(broken);
    await clock.advance(MINUTE_MS + 10_000);
    await posted(1);
    expect(texts()[0]).toContain('Something stopped working.');
    await clock.advance(3 * MINUTE_MS);
    expect(texts()).toHaveLength(1);
    away.isAway = false;
    await become(well);
    await clock.advance(MINUTE_MS + 10_000);
    await posted(2);
    expect(texts()[1]).toContain('It works again.');
  });

  it('tells every channel by itself, those that could not be reached at a later look', async () => {
    const { clock, become, adapter, links, creators, away, posted } = await openWatch();
    for (const name of ['gone', 'late']) {
      await creators.add(creatorIdSchema.parse(name));
      await links.setAdminChannel(creatorIdSchema.parse(name), { ...address, channelId: name });
    }
    await clock.advance(2 * MINUTE_MS);
    away.isAway = true;
    let tries = 0;
    adapter.onPost = () => {
      tries += 1;
      const userMessage = 'It cannot be posted to.';
      if (tries === 2) throw new DocentError('CHANNEL_UNAVAILABLE', { userMessage });
      if (tries === 3) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage, retryable: true });
    };
    await become(broken);
    await clock.advance(10 * MINUTE_MS);
    await posted(2);
    expect(adapter.posted.map(({ channelId }) => channelId)).toEqual(['admins', 'late']);
    expect(tries).toBe(4);
  });

  it('tells who chose a channel only a moment before', async () => {
    const { clock, become, adapter, links, texts, posted } = await openWatch();
    await clock.advance(20_000);
    await become(broken);
    // The channels were looked at last after 70 seconds; the alert goes out after 90.
    await clock.advance(50_000);
    expect(texts()).toEqual([]);
    await links.setAdminChannel(creatorIdSchema.parse('late'), { ...address, channelId: 'late' });
    await clock.advance(10_000);
    await posted(2);
    expect(adapter.posted.map(({ channelId }) => channelId).toSorted()).toEqual(['admins', 'late']);
  });

  it('leaves out who paused the report on health', async () => {
    const { clock, become, texts, settings } = await openWatch();
    const paused = { reason: 'asked', at: 0 } as const;
    await settings.update(coach, (current) => withSetting(current, 'health', { paused }));
    await clock.advance(2 * MINUTE_MS);
    await become(broken);
    await clock.advance(2 * MINUTE_MS);
    await settle();
    expect(texts()).toEqual([]);
  });
});

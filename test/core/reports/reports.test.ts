import { describe, expect, it } from 'vitest';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { ScheduledTask } from '../../../src/core/ports/schedule.js';
import { defineReport } from '../../../src/core/reports/report.js';
import { createReports } from '../../../src/core/reports/reports.js';
import { makeEvent } from '../../support/embedded-core.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { type FakeChatAdapter, createFakeChatAdapter } from '../../support/fake-chat-adapter.js';
import { type FakeClock, createFakeClock, settle } from '../../support/fake-clock.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { createTestServices } from '../../support/test-services.js';

const [coach, team] = [creatorIdSchema.parse('coach'), creatorIdSchema.parse('team')];
const WEEK_MS = 7 * 24 * 3_600_000;
const { address } = makeEvent();

const report = defineReport<{ creator: string; slotAt: number }>({
  name: 'weekly',
  description: 'A report.',
  defaultSchedule: '0 8 * * 1',
  collect: async ({ creatorId, slotAt }) => ({ creator: creatorId, slotAt }),
  render: ({ creator, slotAt }) => notice(`${creator} ${slotAt}`),
});

async function openReports(options: { folder?: string; clock?: FakeClock; adapter?: FakeChatAdapter } = {}) {
  const clock = options.clock ?? createFakeClock();
  const adapter = options.adapter ?? createFakeChatAdapter();
  const { engines, folder, close } = await openEmbeddedStores(clock, options.folder);
  const services = createTestServices({ engines, clock });
  /** One slot is at the clock's beginning, and one every week from there. */
  const firstSlotAt = createFakeClock().now();
  const tasks: ScheduledTask[] = [];
  let ended = 0;
  const logger = createRecordingLogger();
  const openOne = () =>
    createReports({
      reports: [report],
      schedule: {
        start(task) {
          tasks.push(task);
          return async () => void ended++;
        },
        next: (_cron, _timezone, count) => {
          const slots = Math.floor((clock.now() - firstSlotAt) / WEEK_MS) + 1;
          return Array.from({ length: count }, (_, index) => firstSlotAt + (slots + index) * WEEK_MS);
        },
      },
      coordinator: engines.coordinator,
      recordStore: engines.recordStore,
      creators: services.creators,
      services,
      adapters: new Map([[adapter.platform, adapter]]),
      logger,
    });
  const signal = new AbortController().signal;
  const reports = openOne();
  return {
    clock,
    adapter,
    services,
    folder,
    close,
    tasks,
    reports,
    logger,
    openOne,
    ended: () => ended,
    tick: async (slotAt: number) => {
      for (const task of tasks) await task.run(slotAt, signal);
    },
    posted: (count: number) => eventually(`${count} reports`, () => adapter.posted.length === count),
  };
}

describe('reports', () => {
  it('go to each creator with an admin channel, at the time of the definition', async () => {
    const { reports, services, tasks, tick, posted, adapter } = await openReports();
    await services.creators.add(coach);
    await services.creators.add(team);
    await services.links.setAdminChannel(coach, { ...address, channelId: 'admins' });
    await reports.start();
    expect(tasks).toMatchObject([{ cron: '0 8 * * 1', timezone: 'UTC' }]);
    await tick(1_000);
    await posted(1);
    expect(adapter.posted).toMatchObject([{ channelId: 'admins', message: { text: 'coach 1000' } }]);
  });

  it('are posted once, however many processes are told of a slot', async () => {
    const { reports, openOne, services, tick, posted, adapter } = await openReports();
    await services.creators.add(coach);
    await services.links.setAdminChannel(coach, address);
    await reports.start();
    await openOne().start();
    await tick(1_000);
    await tick(1_000);
    await posted(1);
    await settle();
    expect(adapter.posted).toHaveLength(1);
    await tick(2_000);
    await posted(2);
  });

  it('are tried again when the platform is away', async () => {
    const { reports, services, tick, adapter, clock } = await openReports();
    await services.creators.add(coach);
    await services.links.setAdminChannel(coach, address);
    let tries = 0;
    adapter.onPost = () => {
      if (++tries < 3) throw new Error('503');
    };
    await reports.start();
    await tick(1_000);
    await eventually('the report posted', async () => {
      await clock.advance(60_000);
      return adapter.posted.length === 1;
    });
    expect(tries).toBe(3);
  });

  it('come after a start for the slot that was missed, with the same key after a kill', async () => {
    const first = await openReports();
    await first.services.creators.add(coach);
    await first.services.links.setAdminChannel(coach, address);
    await first.reports.start();
    await settle();
    const slotAt = first.clock.now() + WEEK_MS;
    await first.close();
    expect(first.adapter.posted).toEqual([]);
    await first.clock.advance(WEEK_MS + 5_000);

    const second = await openReports({ folder: first.folder, clock: first.clock, adapter: first.adapter });
    await second.reports.start();
    await second.posted(1);
    expect(second.adapter.posted).toMatchObject([
      { message: { text: `coach ${slotAt}` }, key: `weekly/coach/${slotAt}` },
    ]);
  });

  it('come once after a long outage, for the newest slot that was missed', async () => {
    const first = await openReports();
    await first.services.creators.add(coach);
    await first.services.links.setAdminChannel(coach, address);
    await first.reports.start();
    await settle();
    const slotAt = first.clock.now() + 3 * WEEK_MS;
    await first.close();
    await first.clock.advance(3 * WEEK_MS + 5_000);

    const second = await openReports({ folder: first.folder, clock: first.clock, adapter: first.adapter });
    await second.reports.start();
    await second.posted(1);
    await settle();
    expect(second.adapter.posted).toMatchObject([{ message: { text: `coach ${slotAt}` } }]);
  });

  it('are given up after five minutes and tried again', async () => {
    const { reports, services, tick, adapter, clock, posted } = await openReports();
    await services.creators.add(coach);
    await services.links.setAdminChannel(coach, address);
    let tries = 0;
    adapter.onPost = () => (++tries === 1 ? new Promise(() => {}) : undefined);
    await reports.start();
    await tick(1_000);
    await eventually('the first try', () => tries === 1);
    await clock.advance(5 * 60_000 - 1);
    expect(tries).toBe(1);
    await clock.advance(60_000);
    await posted(1);
    expect(tries).toBe(2);
  });

  it('are not caught up with when none was missed', async () => {
    const first = await openReports();
    await first.services.creators.add(coach);
    await first.services.links.setAdminChannel(coach, address);
    await first.reports.start();
    await settle();
    await first.close();
    const second = await openReports({ folder: first.folder, clock: first.clock, adapter: first.adapter });
    await second.reports.start();
    await settle();
    expect(second.adapter.posted).toEqual([]);
  });

  it('end with the tasks and the work', async () => {
    const { reports, ended } = await openReports();
    await reports.start();
    await reports.stop(0);
    expect(ended()).toBe(1);
  });
});

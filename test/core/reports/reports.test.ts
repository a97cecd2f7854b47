import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { defineReport } from '../../../src/core/reports/report.js';
import { makeEvent } from '../../support/embedded-core.js';
import { eventually } from '../../support/eventually.js';
import { settle } from '../../support/fake-clock.js';
import { openReports, openReportsWithChannel, plainReport } from '../../support/report-room.js';

const [coach, team] = [creatorIdSchema.parse('coach'), creatorIdSchema.parse('team')];
const WEEK_MS = 7 * 24 * 3_600_000;
const { address } = makeEvent();

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
    const { reports, tasks } = await openReports();
    await reports.start();
    expect(tasks).toHaveLength(1);
    await reports.stop(0);
    expect(tasks).toEqual([]);
  });

  it('come at the times and in the time zone that a creator chose, and for the others as defined', async () => {
    const { services, book, tasks, tick, posted, adapter } = await openReportsWithChannel();
    await services.creators.add(team);
    await services.links.setAdminChannel(team, { ...address, channelId: 'team' });
    await book.channelChanged(coach, 'Europe/Berlin');
    await book.setSchedule(coach, 'weekly', '30 7 * * 5');
    await eventually('a task of its own', () =>
      tasks.some(({ cron, timezone }) => cron === '30 7 * * 5' && timezone === 'Europe/Berlin'),
    );
    const slotAt = services.clock.now() + 1_000;
    await tick(slotAt, encodeURIComponent('30 7 * * 5'));
    await posted(1);
    expect(adapter.posted[0]?.channelId).toBe('admins');
    await tick(slotAt + 1_000, encodeURIComponent('0 8 * * 1'));
    await posted(2);
    expect(adapter.posted[1]?.channelId).toBe('team');
  });

  it('stay away while they are paused, and are not caught up with afterwards', async () => {
    const { book, tick, adapter, posted, clock } = await openReportsWithChannel();
    await book.pause(coach, 'weekly');
    await tick(clock.now() + 1_000);
    await clock.advance(10_000);
    await book.resume(coach, 'weekly');
    await tick(clock.now() - 5_000);
    await settle();
    expect(adapter.posted).toEqual([]);
    await tick(clock.now() + 1_000);
    await posted(1);
  });

  it('keep the receipt, and how the newest slot went', async () => {
    const { book, tick, posted, deliveries, clock, adapter } = await openReportsWithChannel();
    await tick(5_000_000);
    await posted(1);
    await eventually('the receipt', () =>
      deliveries.isPosted({ creatorId: coach, report: 'weekly', slotAt: 5_000_000 }),
    );
    expect((await book.list(coach))[0]).toMatchObject({ last: { outcome: 'posted', at: clock.now() } });

    adapter.onPost = () => {
      throw new DocentError('ACCESS_DENIED', { userMessage: 'The token was revoked.' });
    };
    await tick(6_000_000);
    await eventually('the failure', async () => (await book.list(coach))[0]?.last?.outcome === 'failed');
    expect((await book.list(coach))[0]?.last).toMatchObject({ problem: 'The token was revoked.' });
  });

  it('say nothing when there is nothing to say', async () => {
    const quiet = defineReport({ ...plainReport, collect: async () => null, render: () => undefined });
    const { book, tick, adapter } = await openReportsWithChannel({ reports: [quiet] });
    await tick(5_000_000);
    await eventually('the slot', async () => (await book.list(coach))[0]?.last?.outcome === 'nothing-to-say');
    expect(adapter.posted).toEqual([]);
  });

  it('are queued once the records are back, however long they were away at their time', async () => {
    const { tick, posted, clock, services, adapter } = await openReportsWithChannel();
    await settle();
    const list = services.creators.list.bind(services.creators);
    let isAway = true;
    services.creators.list = async () => {
      if (isAway) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'Redis is away.', retryable: true });
      return list();
    };
    const slotAt = clock.now() + WEEK_MS;
    await clock.advance(WEEK_MS);
    await tick(slotAt);
    await clock.advance(3 * 3_600_000);
    expect(adapter.posted).toEqual([]);
    isAway = false;
    await clock.advance(5 * 60_000);
    await posted(1);
    expect(adapter.posted).toMatchObject([{ key: `weekly/coach/${slotAt}` }]);
  });
});

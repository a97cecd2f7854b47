import { describe, expect, it } from 'vitest';
import { adminChannelCommand } from '../../src/commands/admin-channel.js';
import { reportsCommand } from '../../src/commands/reports.js';
import { notice } from '../../src/core/chat/outgoing-message.js';
import { createDeliveries } from '../../src/core/reports/deliveries.js';
import { createReportBook } from '../../src/core/reports/report-book.js';
import { createReportSettings, withSetting } from '../../src/core/reports/report-settings.js';
import { defineReport } from '../../src/core/reports/report.js';
import { coach, makeEvent } from '../support/embedded-core.js';
import { createFakeSchedule } from '../support/fake-schedule.js';
import { openCommands } from './run-command.js';

const { address } = makeEvent();
const weekly = defineReport({
  name: 'weekly',
  description: 'How the week went.',
  defaultSchedule: '0 8 * * 1',
  collect: async ({ creatorId }) => creatorId,
  render: (creatorId) => notice(`All about ${creatorId}`),
});
const silent = defineReport({ ...weekly, name: 'silent', render: () => undefined });

async function open() {
  const core = await openCommands();
  const { clock, engines } = core;
  const { recordStore, coordinator } = engines;
  const deliveries = createDeliveries({ recordStore, clock });
  const settings = createReportSettings(recordStore);
  const schedule = createFakeSchedule(clock);
  const book = createReportBook({
    reports: [weekly, silent],
    settings,
    deliveries,
    schedule,
    coordinator,
    clock,
  });
  Object.assign(core.services, { reports: book });
  return { ...core, deliveries, settings, schedule };
}

describe('reports', () => {
  it('lists each report with when it comes, in words and as the next three times', async () => {
    const { say, deliveries } = await open();
    const { text, data } = await say(reportsCommand);
    expect(text).toContain('They come nowhere yet: use the command "reports channel"');
    expect(text).toContain(
      '- **weekly**: How the week went. In words: 0 8 * * 1 (UTC). Next: 8 Dec 2026, 12:00 UTC; 15 Dec 2026, 12:00 UTC; 22 Dec 2026, 12:00 UTC.',
    );
    expect(data).toMatchObject({ reports: [{ name: 'weekly' }, { name: 'silent' }], address: null });

    await deliveries.failed({ creatorId: coach, report: 'weekly' }, 'The channel was deleted.');
    expect((await say(reportsCommand)).text).toContain('Failed: 1 Dec 2026, 12:00 UTC. The channel was deleted.');
  });

  it('lets them come to this channel, in its time zone', async () => {
    const { say, services } = await open();
    const message = await say(reportsCommand, { action: 'channel', report: 'Europe/Berlin' });
    expect(message.text).toContain('at the times of Europe/Berlin');
    expect(await services.links.adminChannel(coach)).toEqual({ ...address, threadId: null });
    // Who has neither a document nor a link gets reports too.
    expect(await services.creators.list()).toEqual([coach]);
    expect((await say(reportsCommand)).text).toMatch(/Next: 8 Dec 2026, 13:00 Europe\/Berlin/);
    // The time zone stays when only the channel changes.
    expect((await say(reportsCommand, { action: 'channel' })).text).toContain('Europe/Berlin');
  });

  it('changes when one comes', async () => {
    const { say } = await open();
    const { text } = await say(reportsCommand, { action: 'schedule', report: 'weekly', value: '0 9 * * 2' });
    expect(text).toMatch(/^\*\*weekly\*\*: In words: 0 9 \* \* 2 \(UTC\)\. Next: 8 Dec 2026/);
  });

  it('pauses and resumes one, and a new time resumes it too', async () => {
    const { say } = await open();
    const weeklyAfter = async (action: string, value?: string) =>
      (await say(reportsCommand, { action, report: 'weekly', ...(value === undefined ? {} : { value }) })).text;
    expect(await weeklyAfter('pause')).toBe('**weekly**: Paused since 1 Dec 2026, 12:00 UTC.');
    expect(await weeklyAfter('resume')).toContain('Next: 8 Dec');
    await weeklyAfter('pause');
    expect(await weeklyAfter('schedule', '0 9 * * 2')).toContain('Next: 8 Dec');
  });

  it('makes one at once, where it was asked for', async () => {
    const { say } = await open();
    expect((await say(reportsCommand, { action: 'run', report: 'weekly' })).text).toBe('All about coach');
    expect((await say(reportsCommand, { action: 'run', report: 'silent' })).text).toContain('nothing to say');
  });

  it.each([
    [{ action: 'run' }, 'Which report?'],
    [{ action: 'run', report: 'monthly' }, 'There is no report "monthly". There are: weekly, silent.'],
    [{ action: 'schedule', report: 'weekly' }, 'five cron fields'],
    [{ action: 'schedule', report: 'weekly', value: 'Mondays' }, 'five fields'],
    [{ action: 'schedule', report: 'weekly', value: '* * * * * *' }, 'five fields'],
    [{ action: 'schedule', report: 'weekly', value: '* * * * *' }, 'more often than every 15 minutes'],
    [{ action: 'schedule', report: 'weekly', value: 'wrong 1 2 3 4' }, 'is wrong'],
    [{ action: 'schedule', report: 'weekly', value: 'mute 1 2 3 4' }, 'has no words'],
    [{ action: 'channel', value: 'Nowhere' }, 'is wrong'],
  ])('says what is wrong with %j', async (input, problem) => {
    const { failure } = await open();
    expect(await failure(reportsCommand, input)).toMatchObject({
      code: 'COMMAND_INPUT',
      userMessage: expect.stringContaining(problem) as string,
    });
  });
});

describe('the schedule of a report', () => {
  it('stays as it was when the new one is refused', async () => {
    const { say, failure, settings } = await open();
    await say(reportsCommand, { action: 'schedule', report: 'weekly', value: '0 9 * * 2' });
    await failure(reportsCommand, { action: 'schedule', report: 'weekly', value: 'mute 1 2 3 4' });
    expect((await settings.read(coach)).reports['weekly']?.schedule).toBe('0 9 * * 2');
  });

  it('hides no other report when what is stored cannot be read any more', async () => {
    const { say, settings } = await open();
    await settings.update(coach, (current) => withSetting(current, 'weekly', { schedule: 'mute 1 2 3 4' }));
    const { text } = await say(reportsCommand);
    expect(text).toContain(
      '- **weekly**: How the week went. "mute 1 2 3 4" has no words. It does not come until then.',
    );
    expect(text).toContain('- **silent**: How the week went. In words: 0 8 * * 1 (UTC).');
    expect((await say(reportsCommand, { action: 'pause', report: 'weekly' })).text).toContain('Paused since');
  });

  it('is refused when any two of its times are too near, whatever the time of day is', async () => {
    const { failure, clock, schedule } = await open();
    const hour = 60 * 60_000;
    const tooNear = Array.from({ length: 10 }, (_, index) => clock.now() + index * hour + hour).flatMap((at) => [
      at - 10 * 60_000,
      at,
    ]);
    const input = { action: 'schedule', report: 'weekly', value: '*/50 * * * *' };
    for (const from of [tooNear, tooNear.slice(1)]) {
      schedule.slots.set('*/50 * * * *', from);
      expect(await failure(reportsCommand, input)).toMatchObject({
        userMessage: expect.stringContaining('more often than every 15 minutes') as string,
      });
    }
  });
});

describe('admin-channel', () => {
  it('lets reports come to the channel, not into a thread of it, in the time zone that is named', async () => {
    const { say, services } = await open();
    const message = await say(adminChannelCommand, { timezone: 'Europe/Berlin' });
    expect(message.text).toContain('at the times of Europe/Berlin');
    expect(await services.links.adminChannel(coach)).toEqual({ ...address, threadId: null });
    expect((await say(adminChannelCommand)).text).toContain('at the times of Europe/Berlin');
  });
});

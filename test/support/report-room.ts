import { notice } from '../../src/core/chat/outgoing-message.js';
import { creatorIdSchema } from '../../src/core/ids.js';
import { createDeliveries } from '../../src/core/reports/deliveries.js';
import { createReportBook } from '../../src/core/reports/report-book.js';
import { createReportSettings } from '../../src/core/reports/report-settings.js';
import { type ReportDefinition, defineReport } from '../../src/core/reports/report.js';
import { createReports } from '../../src/core/reports/reports.js';
import { makeEvent } from './embedded-core.js';
import { openEmbeddedStores } from './embedded-stores.js';
import { eventually } from './eventually.js';
import { type FakeChatAdapter, createFakeChatAdapter } from './fake-chat-adapter.js';
import { type FakeClock, createFakeClock } from './fake-clock.js';
import { createFakeSchedule } from './fake-schedule.js';
import { createRecordingLogger } from './recording-logger.js';
import { createTestServices } from './test-services.js';

const coach = creatorIdSchema.parse('coach');
const { address } = makeEvent();

/** Tells whose it is and for which slot. */
export const plainReport = defineReport<{ creator: string; slotAt: number }>({
  name: 'weekly',
  description: 'A report.',
  defaultSchedule: '0 8 * * 1',
  collect: async ({ creatorId, slotAt }) => ({ creator: creatorId, slotAt }),
  render: ({ creator, slotAt }) => notice(`${creator} ${slotAt}`),
});

/** Reports over embedded stores, on a platform and a schedule that the test moves. */
export async function openReports(
  options: { folder?: string; clock?: FakeClock; adapter?: FakeChatAdapter; reports?: ReportDefinition[] } = {},
) {
  const clock = options.clock ?? createFakeClock();
  const adapter = options.adapter ?? createFakeChatAdapter();
  const { engines, folder, close } = await openEmbeddedStores(clock, options.folder);
  const { coordinator, recordStore } = engines;
  const schedule = createFakeSchedule(clock);
  const definitions = options.reports ?? [plainReport];
  const settings = createReportSettings(recordStore);
  const deliveries = createDeliveries({ recordStore, clock });
  const book = createReportBook({ reports: definitions, settings, deliveries, schedule, coordinator, clock });
  const services = createTestServices({ engines, clock, reports: book });
  const logger = createRecordingLogger();
  const openOne = () =>
    createReports({
      reports: definitions,
      settings,
      deliveries,
      schedule,
      coordinator,
      recordStore,
      creators: services.creators,
      services,
      adapters: new Map([[adapter.platform, adapter]]),
      logger,
    });
  const reports = openOne();
  return {
    clock,
    adapter,
    services,
    book,
    settings,
    deliveries,
    folder,
    close,
    tasks: schedule.tasks,
    tick: schedule.tick,
    reports,
    logger,
    openOne,
    posted: (count: number) => eventually(`${count} reports`, () => adapter.posted.length === count),
  };
}

/** The same with a creator whose reports have a channel, started. */
export async function openReportsWithChannel(options: Parameters<typeof openReports>[0] = {}) {
  const room = await openReports(options);
  await room.services.creators.add(coach);
  await room.services.links.setAdminChannel(coach, { ...address, channelId: 'admins' });
  await room.reports.start();
  return room;
}

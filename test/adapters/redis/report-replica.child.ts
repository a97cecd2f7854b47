import { createSchedule } from '../../../src/adapters/node-cron/schedule.js';
import redis from '../../../src/adapters/redis/plugin.js';
import { redisSettingsSchema } from '../../../src/adapters/redis/settings.js';
import { notice } from '../../../src/core/chat/outgoing-message.js';
import type { Engines } from '../../../src/core/plugin.js';
import { createDeliveries } from '../../../src/core/reports/deliveries.js';
import { createReportSettings } from '../../../src/core/reports/report-settings.js';
import { defineReport } from '../../../src/core/reports/report.js';
import { createReports } from '../../../src/core/reports/reports.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { createFakeChatAdapter } from '../../support/fake-chat-adapter.js';
import { silentLogger } from '../../support/silent-logger.js';
import { createTestServices } from '../../support/test-services.js';

/** One of several processes that post the same reports: a report each second, to the platform that it is given. */
const [url = '', platformUrl = '', name = ''] = process.argv.slice(2);
const clock = systemClock;
const logger = silentLogger;
const created = await redis.create?.({
  settings: redisSettingsSchema.parse({ url, timeoutSeconds: 2 }),
  chosenFor: redis.provides ?? [],
  engines: {} as Engines,
  clock,
  logger,
  dataFolder: '',
});
await created?.start?.(AbortSignal.timeout(10_000));
const engines = created?.engines as Engines;
const services = createTestServices({ engines, clock });
const everySecond = defineReport<number>({
  name: 'every-second',
  description: 'Tells its slot.',
  defaultSchedule: '* * * * * *',
  collect: async ({ slotAt }) => slotAt,
  render: (slotAt) => notice(String(slotAt)),
});
const adapter = {
  ...createFakeChatAdapter(),
  async post(_address: unknown, message: { text: string }, { key, signal }: { key: string; signal: AbortSignal }) {
    const body = JSON.stringify({ key, text: message.text, replica: name });
    const response = await fetch(platformUrl, { method: 'POST', body, signal });
    return { messageIds: [await response.text()] };
  },
};
const reports = createReports({
  ...engines,
  reports: [everySecond],
  settings: createReportSettings(engines.recordStore),
  deliveries: createDeliveries({ recordStore: engines.recordStore, clock }),
  services,
  schedule: createSchedule(logger).schedule,
  creators: services.creators,
  adapters: new Map([[adapter.platform, adapter]]),
  logger,
});
await reports.start();
process.on('disconnect', () => process.exit());
process.send?.('ready');

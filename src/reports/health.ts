import { notice } from '../core/chat/outgoing-message.js';
import type { HealthSummary } from '../core/health/health-board.js';
import { describeHealth } from '../core/health/health-text.js';
import type { JsonValue } from '../core/json.js';
import { HEALTH_REPORT } from '../core/reports/alert-post.js';
import { defineReport } from '../core/reports/report.js';

/** How every engine and platform is, and how to repair what is not well. Changes are told at once besides. */
export const healthReport = defineReport<HealthSummary>({
  name: HEALTH_REPORT,
  description: 'How every part is and how to repair what is broken; a change that lasts a minute is told at once.',
  defaultSchedule: '0 8 * * 1',
  collect: ({ services, signal }) => services.health.check(signal),
  render: (summary) => notice(`## Health\n\n${describeHealth(summary)}`, { ...summary } as unknown as JsonValue),
});

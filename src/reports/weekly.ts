import { notice } from '../core/chat/outgoing-message.js';
import type { JsonValue } from '../core/json.js';
import type { MetricsSummary } from '../core/metrics/metrics-summary.js';
import { describeMetrics } from '../core/metrics/metrics-text.js';
import { defineReport } from '../core/reports/report.js';

const DAYS = 7;

/** How the week went, with what to do about it: Mondays at 08:00 UTC. */
export const weeklyReport = defineReport<MetricsSummary>({
  name: 'weekly',
  description: 'How many questions were answered this week, how well, and what to do about it.',
  defaultSchedule: '0 8 * * 1',
  collect: ({ creatorId, services }) => services.metrics.summary(creatorId, { days: DAYS }),
  render: (summary) =>
    notice(`## Your week\n\n${describeMetrics(summary, `The last ${DAYS} days`)}`, {
      ...summary,
    } as unknown as JsonValue),
});

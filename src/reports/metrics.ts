import { type Picture, notice } from '../core/chat/outgoing-message.js';
import type { JsonValue } from '../core/json.js';
import { DAY_MS, periodInWords, startOfDay } from '../core/metrics/metric-day.js';
import type { MetricsSummary } from '../core/metrics/metrics-summary.js';
import { describeMetrics } from '../core/metrics/metrics-text.js';
import { type ReportContext, defineReport } from '../core/reports/report.js';
import { drawChart } from './metrics-chart.js';

const WEEK_DAYS = 7;

interface MetricFacts {
  readonly summary: MetricsSummary;
  readonly picture: Picture | undefined;
  readonly period: string;
  readonly timezone: string;
}

/** The days before the slot's date where its people are, with the chart of the week that ends with them. */
async function collect(context: ReportContext, days: number): Promise<MetricFacts> {
  const { creatorId, services, slotAt, timezone } = context;
  const through = localDate(slotAt, timezone) - DAY_MS;
  const summary = await services.metrics.summary(creatorId, { days, through });
  const week = days === WEEK_DAYS ? summary : await services.metrics.summary(creatorId, { days: WEEK_DAYS, through });
  return {
    summary,
    picture: await drawChart(week, context),
    period: `${periodInWords(summary)}${howCounted(summary, context)}`,
    timezone,
  };
}

/** The start of the UTC day with the date that a moment has in a time zone; all in milliseconds since 1970. */
function localDate(atMs: number, timeZone: string): number {
  const date = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
  return Date.parse(`${date.format(atMs)}T00:00:00Z`);
}

/** Counters are of days in UTC: elsewhere these begin and end at another time, and the last may still be going on. */
function howCounted({ toDay }: MetricsSummary, { slotAt, timezone }: ReportContext): string {
  if (timezone === 'UTC') return '';
  return startOfDay(toDay) + DAY_MS > slotAt ? ' (in UTC days, the last one so far)' : ' (in UTC days)';
}

function messageOf(title: string, { summary, picture, period, timezone }: MetricFacts) {
  const text = `## ${title}\n\n${describeMetrics(summary, period, timezone)}`;
  const message = notice(text, { ...summary } as unknown as JsonValue);
  return picture === undefined ? message : { ...message, pictures: [picture] };
}

/** How the last seven whole days went, with what to do about it. */
export const weeklyReport = defineReport<MetricFacts>({
  name: 'weekly',
  description: 'How the week went, against the week before, and what to do about it.',
  defaultSchedule: '0 8 * * 1',
  collect: (context) => collect(context, WEEK_DAYS),
  render: (facts) => messageOf('Your week', facts),
});

/** How yesterday went; nothing when nobody asked anything, that day and the day before. */
export const dailyReport = defineReport<MetricFacts>({
  name: 'daily',
  description: 'How yesterday went, against the day before, when somebody asked something.',
  defaultSchedule: '0 8 * * *',
  collect: (context) => collect(context, 1),
  render: (facts) =>
    facts.summary.questions + facts.summary.before.questions === 0 ? undefined : messageOf('Yesterday', facts),
});

import type { Picture } from '../core/chat/outgoing-message.js';
import { counted, durationInWords } from '../core/chat/words.js';
import type { MetricsSummary } from '../core/metrics/metrics-summary.js';
import { periodInWords, startOfDay } from '../core/metrics/metric-day.js';
import type { Chart } from '../core/ports/chart-renderer.js';
import type { ReportContext } from '../core/reports/report.js';
import { lazy } from '../core/lazy.js';

const weekday = lazy(() => new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', timeZone: 'UTC' }));
const MAX_ALT_CHARACTERS = 1_000;

/** Questions a day, and how long half and 95 of 100 took. */
export function chartOf(summary: MetricsSummary): Chart {
  const { days } = summary;
  const times = (of: (day: MetricsSummary['days'][number]) => number) =>
    days.map((day) => (day.questions === 0 ? null : of(day)));
  return {
    title: `Questions and times, ${periodInWords(summary)}`,
    labels: days.map(({ day }) => weekday().format(startOfDay(day))),
    bars: { name: 'Questions', values: days.map(({ questions }) => questions) },
    lines: [
      { name: 'Half within', values: times(({ p50 }) => p50) },
      { name: '95 of 100 within', values: times(({ p95 }) => p95) },
    ],
    emptyText: 'Nobody asked anything in this time.',
  };
}

/** The chart as a message's picture; undefined where it cannot be drawn, which costs nobody the report. */
export async function drawChart(
  summary: MetricsSummary,
  { services, logger }: Pick<ReportContext, 'services' | 'logger'>,
): Promise<Picture | undefined> {
  try {
    const png = await services.charts.render(chartOf(summary));
    return {
      fileName: `questions-${summary.toDay}.png`,
      altText: altTextOf(summary),
      base64: Buffer.from(png).toString('base64'),
    };
  } catch (error) {
    logger.warn('report.without-chart', {}, error);
    return undefined;
  }
}

function altTextOf({ days }: MetricsSummary): string {
  const parts = days.map(({ day, questions, p50, p95 }) => {
    const times =
      questions === 0 ? '' : `, half within ${durationInWords(p50)}, 95 of 100 within ${durationInWords(p95)}`;
    return `${weekday().format(startOfDay(day))}: ${counted(questions, 'question')}${times}`;
  });
  return `Questions and response times a day. ${parts.join('; ')}.`.slice(0, MAX_ALT_CHARACTERS);
}

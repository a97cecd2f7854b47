import type { ChartConfiguration, ChartDataset, ScaleOptionsByType } from 'chart.js';
import type { Chart } from '../../core/ports/chart-renderer.js';
import { BAR, DASHES, FONT_FAMILY, GRID, INK, INK_SOFT, LABEL_PIXELS, LINES, TITLE_PIXELS } from './look.js';

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const font = { family: FONT_FAMILY, size: LABEL_PIXELS } as const;
const MAX_BAR_PIXELS = 90;
const MAX_LABELS = 12;
/** An axis without values still has a scale: counts to 4, times to a second. */
const LEAST_COUNT = 4;
const LEAST_SECONDS = 1;

/** What chart.js draws of a chart: bars on the left axis, durations in seconds on the right one. */
export function configure(chart: Chart): ChartConfiguration<'bar' | 'line'> {
  const hasTimes = chart.lines.some(({ values }) => values.some((value) => value !== null));
  return {
    type: 'bar',
    data: {
      labels: [...chart.labels],
      datasets: [...chart.lines.map(lineOf), barsOf(chart)],
    },
    options: {
      responsive: false,
      animation: false,
      devicePixelRatio: 1,
      layout: { padding: { top: 12, right: 24, bottom: 16, left: 20 } },
      plugins: {
        title: {
          display: true,
          text: chart.title,
          align: 'start',
          color: INK,
          font: { family: FONT_FAMILY, size: TITLE_PIXELS, weight: 'bold' },
          padding: { bottom: 14 },
        },
        legend: {
          align: 'start',
          reverse: true,
          labels: { color: INK_SOFT, font, usePointStyle: true, boxHeight: 18, padding: 22 },
        },
      },
      scales: {
        x: {
          grid: { display: false },
          border: { color: GRID },
          ticks: { color: INK_SOFT, font, maxRotation: 0, autoSkip: true, maxTicksLimit: MAX_LABELS },
        },
        counts: {
          ...axis(chart.bars.name),
          position: 'left',
          suggestedMax: LEAST_COUNT,
          grace: '6%',
          grid: { color: GRID },
          ticks: { color: INK_SOFT, font, precision: 0, maxTicksLimit: 6, callback: (value) => compact.format(+value) },
        },
        seconds: {
          ...axis('Seconds'),
          position: 'right',
          display: hasTimes,
          suggestedMax: LEAST_SECONDS,
          grace: '6%',
          grid: { display: false },
          ticks: { color: INK_SOFT, font, maxTicksLimit: 6, callback: (value) => compact.format(+value) },
        },
      },
    },
  };
}

function axis(name: string): Pick<ScaleOptionsByType<'linear'>, 'beginAtZero'> & {
  type: 'linear';
  border: { display: false };
  title: { display: true; text: string; color: string; font: typeof font };
} {
  return {
    type: 'linear',
    beginAtZero: true,
    border: { display: false },
    title: { display: true, text: name, color: INK_SOFT, font },
  };
}

function barsOf({ bars }: Chart): ChartDataset<'bar'> {
  return {
    type: 'bar',
    label: bars.name,
    data: [...bars.values],
    yAxisID: 'counts',
    backgroundColor: BAR,
    borderRadius: 6,
    maxBarThickness: MAX_BAR_PIXELS,
    pointStyle: 'rectRounded',
  };
}

function lineOf({ name, values }: Chart['lines'][number], index: number): ChartDataset<'line'> {
  const color = LINES[index % LINES.length] ?? INK;
  return {
    type: 'line',
    label: name,
    data: values.map((value) => (value === null ? null : value / 1_000)),
    yAxisID: 'seconds',
    borderColor: color,
    backgroundColor: color,
    borderWidth: 5,
    borderDash: [...(DASHES[index % DASHES.length] ?? [])],
    pointRadius: 7,
    pointStyle: 'circle',
    // A day without questions is a gap, not a time of zero.
    spanGaps: false,
  };
}

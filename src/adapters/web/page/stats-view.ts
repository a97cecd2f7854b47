import type { RoomApi } from './api.js';
import { dayBars, hourBars, shareBar, timeLines } from './charts.js';
import { h } from './dom.js';
import { formatDuration, formatNumber, formatShare } from './format.js';
import { read } from './json.js';
import { withoutMarkup } from './markdown.js';
import type { Json } from './wire.js';

const PERIODS = [
  { days: 1, label: 'Today' },
  { days: 7, label: '7 days' },
] as const;

/** How Docent is doing: figures over some days. */
export function createStatsView(api: RoomApi): { readonly element: HTMLElement; refresh(): void } {
  const figures = h('div', { class: 'figures' });
  let days: number = 7;

  const refresh = async (): Promise<void> => {
    try {
      const message = await api.run('stats', { days });
      if (message.kind === 'error') throw new Error(withoutMarkup(message.text));
      figures.replaceChildren(...figuresOf(message.data));
    } catch (error) {
      figures.replaceChildren(h('p', { class: 'problem', role: 'alert' }, (error as Error).message));
    }
  };
  const periods = PERIODS.map((period) =>
    h(
      'label',
      { class: 'segment' },
      h('input', {
        type: 'radio',
        name: 'period',
        checked: period.days === days,
        onchange: () => {
          days = period.days;
          void refresh();
        },
      }),
      h('span', {}, period.label),
    ),
  );
  const element = h(
    'div',
    { class: 'stats' },
    h('fieldset', { class: 'segments' }, h('legend', { class: 'visually-hidden' }, 'Period'), ...periods),
    figures,
  );
  return { element, refresh: () => void refresh() };
}

function figuresOf(data: Json | undefined): HTMLElement[] {
  const summary = read.fields(data);
  const questions = read.number(summary['questions']);
  const documents = read.number(summary['documentsIngested']);
  if (questions === 0)
    return [
      h('p', { class: 'panel-note' }, 'No questions in this time. Figures appear here after the first one.'),
      ...smallFigures([['Documents added', formatNumber(documents)]]),
    ];
  const outcomes = read.fields(summary['outcomes']);
  const time = read.fields(summary['responseTimeMs']);
  const feedback = read.fields(summary['feedback']);
  const before = read.fields(summary['before']);
  const days = read.list(summary['days']).map((each) => {
    const day = read.fields(each);
    const [p50, p95] = [read.number(day['p50']), read.number(day['p95'])];
    return { day: read.text(day['day']), count: read.number(day['questions']), p50, p95 };
  });
  return [
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, 'Questions'),
      h('p', { class: 'figure-big' }, formatNumber(questions)),
      ...change(before, formatNumber(read.number(before['questions']))),
      ...(days.length > 1 ? [dayBars(days)] : []),
    ),
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, 'What came of them'),
      shareBar([
        { label: 'Answered', count: read.number(outcomes['answered']), tone: 'good' },
        { label: 'Passages quoted', count: read.number(outcomes['fallback']), tone: 'accent' },
        {
          label: 'Not answered',
          count: read.number(outcomes['refused']) + read.number(outcomes['unready']),
          tone: 'caution',
        },
        { label: 'Errors', count: read.number(outcomes['error']), tone: 'danger' },
      ]),
    ),
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, 'Response time'),
      h('p', { class: 'figure-line' }, dot('line-half'), `Half within ${formatDuration(read.number(time['p50']))}`),
      h(
        'p',
        { class: 'figure-line' },
        dot('line-slow'),
        `95 of 100 within ${formatDuration(read.number(time['p95']))}`,
      ),
      ...change(
        before,
        `95 of 100 within ${formatDuration(read.number(read.fields(before['responseTimeMs'])['p95']))}`,
      ),
      ...(days.length > 1 ? [timeLines(days)] : []),
    ),
    ...smallFigures([
      ['Mean confidence', formatShare(read.number(summary['meanConfidence']))],
      [
        'Helpful',
        `${formatNumber(read.number(feedback['up']))} yes, ${formatNumber(read.number(feedback['down']))} no`,
      ],
      ['Documents added', formatNumber(documents)],
    ]),
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, 'Time of day (UTC)'),
      hourBars(read.list(summary['hours']).map((count) => read.number(count))),
    ),
    ...ranking('Most cited', read.list(summary['topDocuments']), 'name', 'citations'),
    ...ranking('Models', read.list(summary['models']), 'model', 'count'),
  ];
}

/** What it was in the period before, where there was anything. */
function change(before: ReturnType<typeof read.fields>, was: string): HTMLElement[] {
  return read.number(before['questions']) === 0 ? [] : [h('p', { class: 'figure-before' }, `Before: ${was}`)];
}

function dot(tone: string): HTMLElement {
  return h('span', { class: `dot ${tone}`, 'aria-hidden': 'true' });
}

function smallFigures(rows: readonly (readonly [string, string])[]): HTMLElement[] {
  return [
    h('dl', { class: 'facts' }, ...rows.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
  ];
}

function ranking(title: string, rows: readonly Json[], nameKey: string, countKey: string): HTMLElement[] {
  if (rows.length === 0) return [];
  const items = rows.map((row) => ({
    name: read.text(read.fields(row)[nameKey]),
    count: read.number(read.fields(row)[countKey]),
  }));
  return [
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, title),
      h(
        'ol',
        { class: 'ranking' },
        ...items.map(({ name, count }) =>
          h('li', {}, h('span', { class: 'ranking-name' }, name), h('span', {}, formatNumber(count))),
        ),
      ),
    ),
  ];
}

import type { RoomApi } from './api.js';
import { dayBars, shareBar } from './charts.js';
import { h } from './dom.js';
import { formatDuration, formatNumber, formatShare } from './format.js';
import { read } from './json.js';
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
      if (message.kind === 'error') throw new Error(message.text);
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
  const days = read
    .list(summary['days'])
    .map((day) => ({ day: read.text(read.fields(day)['day']), count: read.number(read.fields(day)['questions']) }));
  return [
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, 'Questions'),
      h('p', { class: 'figure-big' }, formatNumber(questions)),
      ...(days.length > 1 ? [dayBars(days)] : []),
    ),
    h(
      'section',
      { class: 'figure' },
      h('h3', {}, 'What came of them'),
      shareBar([
        { label: 'Answered', count: read.number(outcomes['answered']), tone: 'good' },
        { label: 'Passages quoted', count: read.number(outcomes['fallback']), tone: 'accent' },
        { label: 'Not answered', count: read.number(outcomes['refused']), tone: 'caution' },
        { label: 'Errors', count: read.number(outcomes['error']), tone: 'danger' },
      ]),
    ),
    ...smallFigures([
      ['Typical time', formatDuration(read.number(time['p50']))],
      ['Slowest 5%', `over ${formatDuration(read.number(time['p95']))}`],
      ['Mean confidence', formatShare(read.number(summary['meanConfidence']))],
      [
        'Helpful',
        `${formatNumber(read.number(feedback['up']))} yes, ${formatNumber(read.number(feedback['down']))} no`,
      ],
      ['Documents added', formatNumber(documents)],
    ]),
    ...ranking('Most cited', read.list(summary['topDocuments']), 'name', 'citations'),
    ...ranking('Models', read.list(summary['models']), 'model', 'count'),
  ];
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

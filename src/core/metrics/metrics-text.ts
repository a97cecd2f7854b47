import { escapeMarkdown } from '../chat/escape.js';
import { confidenceInWords } from '../chat/render-answer.js';
import { counted, durationInWords, listed, percent } from '../chat/words.js';
import { startOfDay } from './metric-day.js';
import type { MetricTotals, MetricsSummary } from './metrics-summary.js';
import type { Stage } from './stages.js';

/** From these shares and times on, a figure asks for something to be done. */
const MANY_REFUSED = 0.2;
const SLOW_P95_MS = 15_000;
const LOW_CONFIDENCE = 0.3;
/** The share of the time from which on a stage is what makes it slow. */
const MOST = 0.5;
const NAMED_DOCUMENTS = 3;
const NAMED_MODELS = 3;
const HOUR_MS = 60 * 60_000;

const FINE = 'Fine as it is.';

/** What makes a stage faster. */
const FASTER: Readonly<Record<Stage, string>> = {
  queue: 'Most of it is the wait for a turn: raise DOCENT_PARALLEL_QUESTIONS, or add a machine.',
  rewrite: 'Most of it is the model making questions stand alone: a smaller language model makes it faster.',
  retrieve: 'Most of it is the search: look at the command "health".',
  'first-token': 'Most of it is the wait for the language model: a smaller one, or a graphics card, makes it faster.',
  generate: 'Most of it is the writing: a smaller language model, or shorter answers, makes it faster.',
};

/**
 * A period's figures in Markdown below a title, each with what it was in the period before and with what to do about it.
 * Pure: the same figures give the same text.
 * @param timezone the IANA time zone that the busiest hour is told in
 */
export function describeMetrics(summary: MetricsSummary, title: string, timezone = 'UTC'): string {
  if (summary.questions === 0)
    return [
      `**${title}**\n`,
      `Nobody asked anything${before(summary, ({ questions }) => String(questions))}. Tell people where they can ask, and show them a question that the documents answer.`,
      ...ingested(summary),
    ].join('\n');
  const lines = [
    outcomes(summary),
    times(summary),
    confidence(summary),
    votes(summary),
    ...models(summary),
    busiest(summary, timezone),
    cited(summary),
    ...ingested(summary),
  ];
  return `**${title}**\n\n${lines.join('\n')}`;
}

function outcomes(summary: MetricsSummary): string {
  const {
    questions,
    outcomes: { answered, refused, unready, fallback, error },
  } = summary;
  const parts = [
    `${answered} answered, which is ${percent(answeredShare(summary))}${before(summary, (totals) => percent(answeredShare(totals)))}`,
    ...(refused > 0 ? [`${refused} not covered by the documents`] : []),
    ...(unready > 0 ? [`${unready} while not everything could be searched`] : []),
    ...(fallback > 0 ? [`${fallback} answered with quotes alone`] : []),
    ...(error > 0 ? [`${error} failed`] : []),
  ];
  const advice = [
    ...(refused / questions >= MANY_REFUSED ? ['Add a document about what people ask for in vain.'] : []),
    ...(unready > 0
      ? ['Documents were still being learned, or the search by meaning was away: see "documents" and "health".']
      : []),
    ...(fallback > 0 ? ['The language model was away: look at the command "health".'] : []),
    ...(error > 0 ? ['Look up the failures in the log by their references.'] : []),
  ];
  const name = `**${counted(questions, 'question')}**${before(summary, (totals) => String(totals.questions))}`;
  return `- ${name}: ${listed(parts)}. ${advised(advice)}`;
}

function times(summary: MetricsSummary): string {
  const { mean, p50, p95, p99 } = summary.responseTimeMs;
  const slowest = summary.stages.toSorted((one, other) => other.p95 - one.p95)[0];
  const isMost = slowest !== undefined && slowest.p95 >= p95 * MOST;
  return line(
    'Time',
    `${durationInWords(mean)} on average; half came within ${durationInWords(p50)}, 95 of 100 within ${durationInWords(p95)}${before(summary, ({ responseTimeMs }) => durationInWords(responseTimeMs.p95))}, 99 within ${durationInWords(p99)}`,
    p95 >= SLOW_P95_MS ? [isMost ? FASTER[slowest.stage] : 'Look at the command "health".'] : [],
  );
}

function confidence(summary: MetricsSummary): string {
  const { meanConfidence, outcomes: counts } = summary;
  if (counts.answered === 0)
    return line('Confidence', 'nothing was answered yet', ['Ask something that the documents answer.']);
  return line(
    'Confidence',
    `${percent(meanConfidence)} on average, which is ${confidenceInWords(meanConfidence)}${before(summary, (totals) => percent(totals.meanConfidence))}`,
    meanConfidence < LOW_CONFIDENCE ? ['Documents in the words that people ask in bring it up.'] : [],
  );
}

function votes(summary: MetricsSummary): string {
  const { up, down } = summary.feedback;
  if (up + down === 0) return line('Votes', 'none yet', ['Ask people to press 👍 or 👎 under an answer.']);
  return line(
    'Votes',
    `${up} 👍 and ${down} 👎${before(summary, ({ feedback }) => `${feedback.up} and ${feedback.down}`)}`,
    down > 0 ? ['Ask those who pressed 👎 what they had hoped to read.'] : [],
  );
}

function models({ models: used, meanInputTokens, meanOutputTokens }: MetricsSummary): string[] {
  if (used.length === 0) return [];
  const names = used.slice(0, NAMED_MODELS).map(({ model, count }) => `${escapeMarkdown(model)} (${count})`);
  const tokens =
    meanOutputTokens === 0
      ? ''
      : `; ${whole(meanInputTokens)} tokens read and ${whole(meanOutputTokens)} written for an answer on average`;
  return [line('Models', `${listed(names)}${tokens}`, [])];
}

function busiest({ hours, toDay }: MetricsSummary, timezone: string): string {
  const most = Math.max(...hours);
  if (most <= 0) return line('Busiest hour', 'not known any more', []);
  const startMs = startOfDay(toDay) + hours.indexOf(most) * HOUR_MS;
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone });
  return line(
    'Busiest hour',
    `${clock.format(startMs)} to ${clock.format(startMs + HOUR_MS)} ${timezone}, ${counted(most, 'question')}`,
    ['People read news about the documents then.'],
  );
}

function cited({ topDocuments }: MetricsSummary): string {
  const names = topDocuments
    .slice(0, NAMED_DOCUMENTS)
    .map(({ name, citations }) => `${escapeMarkdown(name)} (${citations})`);
  if (names.length === 0)
    return line('Most cited', 'no document was cited', ['See with the command "documents" what there is.']);
  return line('Most cited', listed(names), ['Keep these up to date before all others.']);
}

function ingested(summary: MetricsSummary): string[] {
  if (summary.documentsIngested === 0) return [];
  const earlier = before(summary, ({ documentsIngested }) => String(documentsIngested));
  return [
    line('Documents', `${summary.documentsIngested} added or replaced${earlier}`, [
      'Ask something that is new in them, to see that it is found.',
    ]),
  ];
}

/** ` (before: 12)`; nothing where the period before was empty. */
function before({ before: totals }: MetricsSummary, inWords: (totals: MetricTotals) => string): string {
  return totals.questions === 0 ? '' : ` (before: ${inWords(totals)})`;
}

function answeredShare({ questions, outcomes: { answered } }: MetricTotals): number {
  return questions === 0 ? 0 : answered / questions;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

function line(name: string, fact: string, advice: readonly string[]): string {
  return `- **${name}**: ${fact}. ${advised(advice)}`;
}

function advised(advice: readonly string[]): string {
  return advice.length === 0 ? FINE : advice.join(' ');
}

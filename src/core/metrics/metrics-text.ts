import { escapeMarkdown } from '../chat/escape.js';
import { confidenceInWords } from '../chat/render-answer.js';
import { counted, durationInWords, listed, percent } from '../chat/words.js';
import type { MetricsSummary } from './answer-metrics.js';

/** From these shares and times on, a figure asks for something to be done. */
const MANY_REFUSED = 0.2;
const SLOW_P95_MS = 15_000;
const LOW_CONFIDENCE = 0.3;
const NAMED_DOCUMENTS = 3;

/** A period's figures in Markdown, each with what to do about it. Pure: the same figures give the same text. */
export function describeMetrics(summary: MetricsSummary): string {
  const days = summary.days.length;
  const title = `**${days === 1 ? 'Today' : `The last ${days} days`}**`;
  if (summary.questions === 0)
    return `${title}\n\nNobody asked anything. Tell people where they can ask, and show them a question that the documents answer.${ingested(summary)}`;
  return [title, [outcomes(summary), times(summary), confidence(summary), votes(summary), cited(summary)].join('\n')]
    .join('\n\n')
    .concat(ingested(summary));
}

function outcomes({ questions, outcomes: { answered, refused, fallback, error } }: MetricsSummary): string {
  const parts = [
    `${answered} answered`,
    ...(refused > 0 ? [`${refused} not covered by the documents`] : []),
    ...(fallback > 0 ? [`${fallback} answered with quotes alone`] : []),
    ...(error > 0 ? [`${error} failed`] : []),
  ];
  const advice = [
    ...(refused / questions >= MANY_REFUSED ? ['Add a document about what people ask for in vain.'] : []),
    ...(fallback > 0 ? ['The language model was away: look at the command "health".'] : []),
    ...(error > 0 ? ['Look up the failures in the log by their references.'] : []),
  ];
  return line(counted(questions, 'question'), listed(parts), advice);
}

function times({ responseTimeMs: { p50, p95 } }: MetricsSummary): string {
  const advice = p95 >= SLOW_P95_MS ? ['A smaller language model, or fewer passages an answer, makes it faster.'] : [];
  return line('Time', `half came within ${durationInWords(p50)}, 95 of 100 within ${durationInWords(p95)}`, advice);
}

function confidence({ meanConfidence, outcomes: { answered } }: MetricsSummary): string {
  if (answered === 0) return line('Confidence', 'nothing was answered yet', []);
  const advice = meanConfidence < LOW_CONFIDENCE ? ['Documents in the words that people ask in bring it up.'] : [];
  return line(
    'Confidence',
    `${percent(meanConfidence)} on average, which is ${confidenceInWords(meanConfidence)}`,
    advice,
  );
}

function votes({ feedback: { up, down } }: MetricsSummary): string {
  if (up + down === 0) return line('Votes', 'none yet', ['Ask people to press 👍 or 👎 under an answer.']);
  return line(
    'Votes',
    `${up} 👍 and ${down} 👎`,
    down > 0 ? ['Ask those who pressed 👎 what they had hoped to read.'] : [],
  );
}

function cited({ topDocuments }: MetricsSummary): string {
  const names = topDocuments
    .slice(0, NAMED_DOCUMENTS)
    .map(({ name, citations }) => `${escapeMarkdown(name)} (${citations})`);
  if (names.length === 0) return line('Most cited', 'no document was cited', []);
  return line('Most cited', listed(names), ['Keep these up to date before all others.']);
}

function ingested({ documentsIngested }: MetricsSummary): string {
  return documentsIngested === 0 ? '' : `\n- **Documents**: ${documentsIngested} added or replaced.`;
}

function line(name: string, fact: string, advice: readonly string[]): string {
  return `- **${name}**: ${fact}. ${advice.join(' ')}`.trimEnd();
}

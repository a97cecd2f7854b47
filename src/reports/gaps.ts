import { escapeMarkdown } from '../core/chat/escape.js';
import { notice } from '../core/chat/outgoing-message.js';
import { counted, listed } from '../core/chat/words.js';
import type { Gap } from '../core/gaps/gaps.js';
import type { JsonValue } from '../core/json.js';
import { DAY_MS } from '../core/metrics/metric-day.js';
import { defineReport } from '../core/reports/report.js';

const DAYS = 7;
/** Gaps that are told. */
const MAX_GROUPS = 10;
const MAX_QUESTION_CHARACTERS = 200;

/** The questions of the last seven days that were refused or got 👎, those alike together, most asked first. */
export const gapsReport = defineReport<readonly Gap[]>({
  name: 'gaps',
  description: 'What people asked in vain this week: how often, how many wait, and which document comes nearest.',
  defaultSchedule: '0 8 * * 1',
  collect: ({ creatorId, services, slotAt, signal }) =>
    services.gaps.between(creatorId, { since: slotAt - DAYS * DAY_MS, until: slotAt }, signal),
  render(gaps) {
    const title = '## What people asked in vain\n\n';
    if (gaps.length === 0)
      return notice(
        `${title}Nothing in the last ${DAYS} days: every question found an answer that nobody disliked.`,
        [],
      );
    const shown = gaps.slice(0, MAX_GROUPS);
    const rest = gaps.length - shown.length;
    const more = rest === 0 ? '' : `\n\nAnd ${counted(rest, 'other question')}, none asked more often than these.`;
    const text = `${title}Add documents that answer these, or say it in the documents named here:\n\n${shown.map(describe).join('\n')}${more}`;
    return notice(text, gaps as unknown as JsonValue);
  },
});

function describe({ question, asked, waiting, names, refused, nearestDocument }: Gap): string {
  const short =
    question.length > MAX_QUESTION_CHARACTERS ? `${question.slice(0, MAX_QUESTION_CHARACTERS)} …` : question;
  const times = asked === 1 ? 'asked once' : `asked ${asked} times`;
  const disliked = asked - refused;
  const facts = [
    `${times} by ${askers(names, waiting)}`,
    ...(disliked > 0 ? [`${disliked} 👎`] : []),
    nearestDocument === null ? 'no document comes near' : `nearest document: ${escapeMarkdown(nearestDocument)}`,
  ];
  return `- **${escapeMarkdown(short)}**: ${facts.join('; ')}.`;
}

/** `Ann, Bob and 2 others`; only how many where no name is kept. */
function askers(names: readonly string[], waiting: number): string {
  if (names.length === 0) return counted(waiting, 'person', 'people');
  const rest = waiting - names.length;
  return listed([...names.map(escapeMarkdown), ...(rest > 0 ? [counted(rest, 'other')] : [])]);
}

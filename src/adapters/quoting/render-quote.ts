import { asWritten, stripUnseen } from '../../core/chat/escape.js';
import type { Quote } from './select-quotes.js';
import type { Unit } from './units.js';

const itemMark = /^([-*•+]|\d{1,3}[.)])\s+/;
const onlyRule = /^[-=*_+\s]+$/;

/** The quote as a Markdown block quote that ends with the passage's number. Markup in the passage becomes plain text. */
export function renderQuote({ passageNumber, units, chosen }: Quote): string {
  let text = '';
  let previous: number | undefined;
  for (const index of chosen) {
    const unit = units[index];
    if (unit === undefined || onlyRule.test(unit.text)) continue;
    if (previous !== undefined) text += joint(units[previous], unit, index - previous > 1);
    text += unitText(unit);
    previous = index;
  }
  const lines = `${text}${text.endsWith('`') ? '\n' : ' '}[${passageNumber}]`.split('\n');
  return lines.map((line) => `> ${line}`.trimEnd()).join('\n');
}

/** What stands between two quoted units; left-out ones show as an ellipsis. */
function joint(before: Unit | undefined, after: Unit, isGap: boolean): string {
  const isProse = before?.kind === 'sentence' && after.kind === 'sentence';
  if (isProse && before.block === after.block) return isGap ? ' … ' : ' ';
  const isList = before?.block === after.block || before?.text.endsWith(':') === true;
  if (isList) return isGap ? '\n…\n' : '\n';
  return isGap ? '\n\n…\n\n' : '\n\n';
}

function unitText(unit: Unit): string {
  if (unit.kind === 'code') return fenced(unit.text);
  if (unit.kind === 'row') return `- ${asWritten(rowText(unit))}`;
  const mark = unit.kind === 'item' ? itemMark.exec(unit.text) : null;
  if (mark === null) return asWritten(unit.text);
  const sign = /\d/.test(mark[0]) ? mark[0].trim() : '-';
  return `${sign} ${asWritten(unit.text.slice(mark[0].length))}`;
}

/** `Fee | Term` and `20 | a month` → `Fee: 20, Term: a month`. */
function rowText({ text, header = '' }: Unit): string {
  const names = header.split(' | ').map((name) => name.trim());
  const cells = text.split(' | ').map((cell) => cell.trim());
  if (names.length !== cells.length) return cells.join(', ');
  return cells
    .flatMap((cell, index) => (cell === '' ? [] : [names[index] === '' ? cell : `${names[index]}: ${cell}`]))
    .join(', ');
}

function fenced(code: string): string {
  const longestRun = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  return `${fence}\n${stripUnseen(code)}\n${fence}`;
}

import { evaluationMetrics } from '../core/evaluation/metrics.js';
import type { EvaluationComparison, EvaluationReport } from '../core/evaluation/report.js';
import { table } from './screen.js';

/** A run as text: what was asked, every figure, and how long it took. */
export function describeReport(report: EvaluationReport): string {
  const { dataset, documentCount, chunkCount, questionCount, answerableCount, unread } = report;
  const kinds = Object.entries(report.kinds);
  const head = ['', 'All', ...kinds.map(([kind, { questionCount: count }]) => `${kind} (${count})`)];
  const rows = evaluationMetrics.flatMap(({ name, label }) => {
    if (report.metrics[name] === undefined) return [];
    return [[label, figure(report.metrics[name]), ...kinds.map(([, { metrics }]) => figure(metrics[name]))]];
  });
  const stages = Object.entries(report.stages).map(([stage, { medianMs, p95Ms }]) => [
    stage,
    medianMs.toFixed(1),
    p95Ms.toFixed(1),
  ]);
  return [
    `${dataset}: ${documentCount} documents in ${chunkCount} passages, ${questionCount} questions, ${answerableCount} of them answerable\n`,
    describeSettings(report),
    ...unread.map(({ name, reason }) => `Not read: ${name}: ${reason}\n`),
    `\n${table(head, rows)}`,
    `\n${table(['Stage', 'median ms', 'p95 ms'], stages)}`,
  ].join('');
}

/** How a run differs from another one, as text. */
export function describeComparison(base: EvaluationReport, comparison: EvaluationComparison): string {
  const rows = evaluationMetrics.flatMap(({ name, label }) => {
    const found = comparison[name];
    if (found === undefined) return [];
    const { base: there, other: here, difference, low, high } = found;
    const mark = low > 0 || high < 0 ? '*' : '';
    const interval = `${signed(low)} … ${signed(high)}`;
    return [[label, figure(there), figure(here), signed(difference), interval, mark]];
  });
  return [
    `\nCompared with: ${base.settings.length === 0 ? 'the defaults' : base.settings.join(' ')}\n\n`,
    table(['', 'there', 'here', 'difference', '95 % interval', ''], rows),
  ].join('');
}

function describeSettings({ settings }: EvaluationReport): string {
  return settings.length === 0 ? 'Default values\n' : `Set: ${settings.join(' ')}\n`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(4);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}

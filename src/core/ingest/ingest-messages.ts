import { asWritten, escapeMarkdown } from '../chat/escape.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import { counted } from '../chat/words.js';
import type { JsonValue } from '../json.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { FileResult, IngestProgress } from './ingest-payload.js';

/** What the uploader sees while a file is read. */
export function describeProgress(
  current: NonNullable<IngestProgress['current']>,
  filesDone: number,
  files: number,
): ReplyStatus {
  const place = files > 1 ? ` (file ${filesDone + 1} of ${files})` : '';
  if (current.step === 'storing') return { text: `Storing ${current.name}${place}: ${current.done} passages` };
  return {
    text: `Reading ${current.name}${place}: ${current.unit} ${current.done} of ${current.total}`,
    progress: { done: current.done, total: current.total },
  };
}

/** What the uploader sees at the end: every file with its own result. */
export function describeResults(results: readonly FileResult[]): OutgoingMessage {
  const failed = results.filter((result) => result.outcome === 'failed').length;
  return {
    kind: failed === results.length ? 'error' : 'notice',
    text: results.map(describeResult).join('\n\n'),
    sources: [],
    actions: [],
    data: { results } as unknown as JsonValue,
  };
}

function describeResult(result: FileResult): string {
  if ('code' in result) return `**${escapeMarkdown(result.name)}** was not added. ${asWritten(result.userMessage)}`;
  const size = [
    ...(result.pageCount === null ? [] : [counted(result.pageCount, 'page')]),
    counted(result.chunkCount, 'passage'),
  ].join(', ');
  const name = `**${escapeMarkdown(result.name)}**`;
  const text = {
    added: `${name} can be asked about now (${size}).`,
    replaced: `${name} was replaced by its new version, which can be asked about now (${size}).`,
    known: `${name} is already known, with the same content (${size}). Nothing changed.`,
  }[result.outcome];
  return result.skipped.length === 0 ? text : `${text}\nLeft out: ${result.skipped.join(' ')}`;
}

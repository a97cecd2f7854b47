import { isDeepStrictEqual } from 'node:util';
import type { CreatorLinks } from '../chat/creator-links.js';
import { counted } from '../chat/words.js';
import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import { documentNameOf } from '../ingest/document-name.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { ReportBook } from '../reports/report-book.js';
import type { ReportSettings } from '../reports/report-settings.js';
import type { DocumentLine, LinkLine, ReportsLine } from './export-format.js';
import { exportDamaged } from './gzip-lines.js';
import { type ImportDocumentParts, type ImportOutcome, importDocument } from './import-document.js';
import { type ExportReader, openExport } from './read-export.js';

/** What an import works with. */
export interface ImportParts extends ImportDocumentParts {
  readonly links: Pick<CreatorLinks, 'restore' | 'adminChannel' | 'setAdminChannel'>;
  readonly reports: Pick<ReportBook, 'chosen' | 'restore'>;
}

/** What became of a file's content; documents by outcome, `kept` for those of another content that stayed. */
export type ImportSummary = Record<ImportOutcome, number> & {
  readonly creatorId: CreatorId;
  /** Passages of the documents that were added or replaced. */
  chunks: number;
  /** Channel links and the admin channel that were put back. */
  links: number;
};

/** One import. */
export interface ImportRun {
  /** Default: the creator that the file names. */
  readonly creatorId?: CreatorId;
  /** Whether documents take the place of others of their name with another content. */
  readonly replace: boolean;
  readonly signal: AbortSignal;
  onStatus(status: ReplyStatus): void;
  /** Says what was left as it is and why, a sentence each. */
  onNote(text: string): Promise<void>;
}

/** Links of a creator that a file may hold. */
const MAX_LINKS = 100_000;
const STATUS_EVERY_CHUNKS = 64;

/**
 * Takes in what `exportLines` wrote: document by document, each whole or not at all, then the links. The same file again
 * changes nothing, so that an import that was cut off is run again.
 * @throws DocentError `EXPORT_UNSUPPORTED`, `EXPORT_DAMAGED`; as `importDocument`. What was taken in before stays.
 */
export async function importLines(
  parts: ImportParts,
  bytes: AsyncIterable<Uint8Array>,
  run: ImportRun,
): Promise<ImportSummary> {
  const reader = await openExport(bytes, run.signal);
  try {
    const creatorId = run.creatorId ?? reader.header.creatorId;
    const summary: ImportSummary = { creatorId, added: 0, replaced: 0, known: 0, kept: 0, chunks: 0, links: 0 };
    const onChunks = progressOf(reader, run);
    const putBack: (() => Promise<void>)[] = [];
    for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
      if (line.type === 'document') {
        const outcome = await importOne(parts, reader, line, { ...run, creatorId, onChunks });
        summary[outcome]++;
        if (outcome === 'added' || outcome === 'replaced') summary.chunks += line.chunkCount;
        continue;
      }
      if (putBack.length >= MAX_LINKS) throw exportDamaged(`it has more than ${MAX_LINKS} links`);
      const link = line;
      putBack.push(() => {
        if (link.type === 'link') return restoreLink(parts, run, link, summary);
        if (link.type === 'reports') return restoreReports(parts, run, link, creatorId);
        return restoreAdminChannel(parts, run, link.address, summary);
      });
    }
    // Only a whole file opens channels.
    for (const restore of putBack) await restore();
    return summary;
  } finally {
    await reader.close();
  }
}

async function importOne(
  parts: ImportParts,
  reader: ExportReader,
  line: DocumentLine,
  run: ImportRun & { readonly creatorId: CreatorId; onChunks(count: number): void },
): Promise<ImportOutcome> {
  if (documentNameOf(line.name) !== line.name) throw exportDamaged('a document has a name that there cannot be');
  const outcome = await importDocument(parts, { ...run, line, chunks: reader.chunks() });
  if (outcome === 'kept')
    await run.onNote(
      `"${line.name}" is there with another content, which was kept. To replace it, import with --replace.`,
    );
  return outcome;
}

function progressOf({ header }: ExportReader, { onStatus }: ImportRun): (count: number) => void {
  let done = 0;
  let shown = 0;
  return (count) => {
    done += count;
    if (done - shown < STATUS_EVERY_CHUNKS && done < header.chunkCount) return;
    shown = done;
    const text = `Importing: ${counted(done, 'passage')} of ${header.chunkCount.toLocaleString('en-GB')}`;
    onStatus({ text, progress: { done, total: header.chunkCount } });
  };
}

/** A channel that another creator has stays that creator's: a file must not open or take a room. */
async function restoreLink(
  { links }: ImportParts,
  { onNote }: ImportRun,
  line: LinkLine,
  summary: ImportSummary,
): Promise<void> {
  const { type: _, ...link } = line;
  const owner = await links.restore({ ...link, creatorId: summary.creatorId });
  if (owner === undefined) summary.links++;
  else if (owner !== summary.creatorId)
    await onNote(`${link.platform} ${link.channelId ?? link.workspaceId} is linked to "${owner}", which was kept.`);
}

async function restoreAdminChannel(
  { links }: ImportParts,
  { onNote }: ImportRun,
  address: Parameters<CreatorLinks['setAdminChannel']>[1],
  summary: ImportSummary,
): Promise<void> {
  const { creatorId } = summary;
  const current = await links.adminChannel(creatorId);
  if (current === undefined) {
    await links.setAdminChannel(creatorId, address);
    summary.links++;
  } else if (current.platform !== address.platform || current.channelId !== address.channelId)
    await onNote(`"${creatorId}" has another admin channel, which was kept.`);
}

/** What was chosen here stays; what the schedule would not take from a person is left out. */
async function restoreReports(
  { reports }: ImportParts,
  { onNote }: ImportRun,
  line: ReportsLine,
  creatorId: CreatorId,
): Promise<void> {
  const { type: _, ...brought } = line;
  const current = await reports.chosen(creatorId);
  if (current !== undefined) {
    if (!isSameChoice(current, brought))
      await onNote(`"${creatorId}" has other times for its reports, which were kept.`);
    return;
  }
  try {
    await reports.restore(creatorId, brought);
  } catch (error) {
    if (!(error instanceof DocentError && error.code === 'COMMAND_INPUT')) throw error;
    await onNote(`The times of the reports were left out. ${error.userMessage}`);
  }
}

/** Whether two choices come to the same, whenever they were made. */
function isSameChoice(one: ReportSettings, other: ReportSettings): boolean {
  const timesOf = ({ timezone, reports }: ReportSettings) => [
    timezone,
    Object.entries(reports)
      .map(([name, { schedule, paused }]) => [name, schedule, paused?.reason])
      .toSorted(([first = ''], [second = '']) => String(first).localeCompare(String(second))),
  ];
  return isDeepStrictEqual(timesOf(one), timesOf(other));
}

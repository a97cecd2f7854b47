import { createHash } from 'node:crypto';
import { counted } from '../chat/words.js';
import { type LeaseWaiting, takeLease } from '../exclusive.js';
import { DocentError } from '../errors.js';
import type { CreatorId, DocumentId } from '../ids.js';
import type { DocumentRecord } from '../ingest/document-record.js';
import type { DocumentRegistry } from '../ingest/document-registry.js';
import { documentLease } from '../ingest/document-version.js';
import type { CreatorLinks } from '../chat/creator-links.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';
import type { ChunkStore } from '../ports/chunk-store.js';
import type { ReportBook } from '../reports/report-book.js';
import { type DocumentLine, EXPORT_VERSION, type ExportHeader, type ExportLine } from './export-format.js';

/** What an export is read from. */
export interface ExportParts extends LeaseWaiting {
  readonly registry: DocumentRegistry;
  readonly chunkStore: Pick<ChunkStore, 'range'>;
  readonly links: Pick<CreatorLinks, 'ofCreator' | 'adminChannel'>;
  readonly reports: Pick<ReportBook, 'chosen'>;
}

/** What was written. */
export interface ExportSummary {
  documents: number;
  chunks: number;
  links: number;
  /** Documents that have no version to answer from yet: still waiting, being read, or failed. */
  leftOut: number;
}

/** One export, while it is being written. */
export interface ExportRun {
  readonly creatorId: CreatorId;
  /** Counted up while lines are written. */
  readonly summary: ExportSummary;
  readonly signal: AbortSignal;
  onStatus(status: ReplyStatus): void;
}

type ActiveDocument = DocumentRecord & { readonly active: NonNullable<DocumentRecord['active']> };

const DOCUMENTS_A_PAGE = 500;
/** Passages read, and written, at once. */
const CHUNKS_A_PAGE = 200;

/**
 * The lines of a creator's export, some at a time. Each document is held still while it is written, so that the passages
 * are those of one version; documents that are added meanwhile may be in it or not.
 * @throws DocentError `RECORD_INVALID` when a document's passages are not all there; the signal's reason when aborted.
 */
export async function* exportLines(parts: ExportParts, run: ExportRun): AsyncGenerator<string> {
  const { creatorId, summary } = run;
  const header = await headerOf(parts, creatorId);
  yield lineOf(header);
  for await (const { documentId } of documentsOf(parts, creatorId)) {
    const lease = await takeLease(parts, documentLease(documentId), run.signal);
    try {
      const record = await parts.registry.get(creatorId, documentId);
      if (isActive(record)) yield* documentLines(parts, run, record);
      else if (record !== undefined) summary.leftOut++;
    } finally {
      await lease.release();
    }
    run.onStatus({
      text: `Exporting: ${counted(summary.documents, 'document')} of ${header.documentCount}`,
      progress: { done: summary.chunks, total: header.chunkCount },
    });
  }
  for (const { creatorId: _, ...link } of await parts.links.ofCreator(creatorId)) {
    yield lineOf({ type: 'link', ...link });
    summary.links++;
  }
  const address = await parts.links.adminChannel(creatorId);
  if (address !== undefined) yield lineOf({ type: 'adminChannel', address });
  const chosen = await parts.reports.chosen(creatorId);
  if (chosen !== undefined) yield lineOf({ type: 'reports', ...chosen });
  yield lineOf({ type: 'end', documentCount: summary.documents });
}

async function headerOf(parts: ExportParts, creatorId: CreatorId): Promise<ExportHeader> {
  let documentCount = 0;
  let chunkCount = 0;
  for await (const record of documentsOf(parts, creatorId))
    if (isActive(record)) {
      documentCount++;
      chunkCount += record.active.chunkCount;
    }
  const exportedAt = parts.clock.now();
  return {
    type: 'header',
    format: 'docent-export',
    version: EXPORT_VERSION,
    creatorId,
    exportedAt,
    documentCount,
    chunkCount,
  };
}

async function* documentLines(parts: ExportParts, run: ExportRun, record: ActiveDocument): AsyncGenerator<string> {
  const { name, title, documentId, uploadedBy } = record;
  const { version, contentHash, sizeBytes, format, pageCount, skipped, chunkCount } = record.active;
  const hash = createHash('sha256');
  const document: DocumentLine = {
    type: 'document',
    name,
    title,
    contentHash,
    sizeBytes,
    format,
    pageCount,
    skipped,
    uploadedBy,
    chunkCount,
  };
  const first = lineOf(document);
  hash.update(first);
  yield first;
  for (let from = 0; from < chunkCount;) {
    run.signal.throwIfAborted();
    const chunks = await parts.chunkStore.range(run.creatorId, { documentId, version, from, limit: CHUNKS_A_PAGE });
    if (chunks.length === 0) throw passagesMissing(name, from, chunkCount);
    const lines = chunks.map(({ index, text, breadcrumb, headingPath, page, createdAt }) =>
      lineOf({ type: 'chunk', index, text, breadcrumb, headingPath: [...headingPath], page, createdAt }),
    );
    const page = lines.join('');
    hash.update(page);
    yield page;
    from += chunks.length;
    run.summary.chunks += chunks.length;
  }
  yield lineOf({ type: 'documentEnd', sha256: hash.digest('hex') });
  run.summary.documents++;
}

async function* documentsOf({ registry }: ExportParts, creatorId: CreatorId): AsyncGenerator<DocumentRecord> {
  let after: DocumentId | undefined;
  for (;;) {
    const page = await registry.list(creatorId, { ...(after === undefined ? {} : { after }), limit: DOCUMENTS_A_PAGE });
    yield* page;
    if (page.length < DOCUMENTS_A_PAGE) return;
    after = page.at(-1)?.documentId;
  }
}

function isActive(record: DocumentRecord | undefined): record is ActiveDocument {
  return record !== undefined && record.active !== null;
}

function lineOf(line: ExportLine | ExportHeader): string {
  return `${JSON.stringify(line)}\n`;
}

function passagesMissing(name: string, found: number, chunkCount: number): DocentError {
  return new DocentError('RECORD_INVALID', {
    userMessage: `"${name}" has ${chunkCount} passages by its record, but ${found} are stored. Add the file again with the command "ingest", then export again.`,
  });
}

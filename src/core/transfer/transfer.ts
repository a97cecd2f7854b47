import { includesRole } from '../chat/access.js';
import type { Role } from '../chat/chat-event.js';
import { listed } from '../chat/words.js';
import type { Creators } from '../creators.js';
import { DocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import { type ExportParts, type ExportSummary, exportLines } from './export-creator.js';
import { packLines } from './gzip-lines.js';
import { type ImportParts, type ImportRun, type ImportSummary, importLines } from './import-creator.js';
import { type StagedImportsOptions, createStagedImports } from './staged-imports.js';
import type { ReplyStatus } from '../ports/chat-adapter.js';

/** How an export is taken. */
export interface ExportOptions {
  readonly signal: AbortSignal;
  onStatus(status: ReplyStatus): void;
  /** Takes the file's next bytes; the next ones come when it resolves. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Whole creators as files: documents, passages, links and the times of reports, without vectors, talks and answers. */
export interface Transfer {
  /** @throws DocentError `COMMAND_INPUT` for a creator that there is not; as `exportLines`. */
  exportCreator(creatorId: CreatorId, options: ExportOptions): Promise<ExportSummary>;
  /** @throws as `importLines`. */
  importCreator(bytes: AsyncIterable<Uint8Array>, options: ImportRun): Promise<ImportSummary>;
}

/** Transfers, and the end of those that run. */
export interface RunningTransfer {
  /** What somebody of this role may use. @throws DocentError `ACCESS_DENIED` for all but operators. */
  of(role: Role): Transfer;
  /** Removes what killed imports left. */
  start(): Promise<void>;
  /** Stops what runs; an import that is run again goes on. */
  stop(): Promise<void>;
}

/** What transfers work with. */
export interface TransferOptions
  extends ExportParts, Omit<ImportParts, 'staged' | 'links' | 'reports'>, StagedImportsOptions {
  readonly creators: Creators;
  readonly registry: ImportParts['registry'];
  readonly chunkStore: ImportParts['chunkStore'];
  readonly coordinator: ImportParts['coordinator'];
  readonly links: ExportParts['links'] & ImportParts['links'];
  readonly reports: ExportParts['reports'] & ImportParts['reports'];
}

/** How long a start waits for imports that run in other processes, in milliseconds. */
const DISCARD_TIMEOUT_MS = 60_000;

/** Transfers over one set of engines. */
export function createTransfer(options: TransferOptions): RunningTransfer {
  const staged = createStagedImports(options);
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();

  function track<Result>(work: Promise<Result>): Promise<Result> {
    running.add(work);
    return work.finally(() => running.delete(work));
  }

  async function write(
    creatorId: CreatorId,
    { signal: given, onStatus, write: take }: ExportOptions,
  ): Promise<ExportSummary> {
    const known = await options.creators.list();
    // The list has an end; a creator with documents is there in any case.
    const isKnown = known.includes(creatorId) || (await options.registry.list(creatorId, { limit: 1 })).length > 0;
    if (!isKnown) throw unknownCreator(creatorId, known);
    const signal = AbortSignal.any([given, stopping.signal]);
    const summary: ExportSummary = { documents: 0, chunks: 0, links: 0, leftOut: 0 };
    for await (const bytes of packLines(exportLines(options, { creatorId, summary, signal, onStatus }), signal))
      await take(bytes);
    return summary;
  }

  const transfer: Transfer = {
    exportCreator: (creatorId, exportOptions) => track(write(creatorId, exportOptions)),
    importCreator: (bytes, run) =>
      track(
        importLines({ ...options, staged }, bytes, { ...run, signal: AbortSignal.any([run.signal, stopping.signal]) }),
      ),
  };

  return {
    of(role) {
      if (includesRole(role, 'operator')) return transfer;
      throw new DocentError('ACCESS_DENIED', {
        userMessage: 'Exporting and importing creators is for the operator of this Docent. Ask the operator.',
      });
    },
    start: () => staged.discardLeft(AbortSignal.timeout(DISCARD_TIMEOUT_MS)),
    async stop() {
      stopping.abort(
        new DocentError('CANCELLED', {
          userMessage: 'Docent was stopped. Start it again, then run the same command again.',
        }),
      );
      await Promise.allSettled(running);
    },
  };
}

function unknownCreator(creatorId: CreatorId, known: readonly CreatorId[]): DocentError {
  const there = known.length === 0 ? 'There is none yet.' : `There is ${listed(known)}.`;
  return new DocentError('COMMAND_INPUT', {
    userMessage: `There is no creator "${creatorId}" to export. ${there} For example: docent export --creator coach`,
  });
}

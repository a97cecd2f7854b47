import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createCreatorLinks } from '../../../src/core/chat/creator-links.js';
import { createCreators } from '../../../src/core/creators.js';
import {
  type CreatorId,
  chunkIdOf,
  documentIdOf,
  documentVersionSchema,
  memberKeySchema,
} from '../../../src/core/ids.js';
import { versionOf } from '../../../src/core/ingest/document-version.js';
import type { Engines } from '../../../src/core/plugin.js';
import type { Chunk } from '../../../src/core/ports/chunk-store.js';
import type { ReplyStatus } from '../../../src/core/ports/chat-adapter.js';
import type { ImportRun, ImportSummary } from '../../../src/core/transfer/import-creator.js';
import { createDeliveries } from '../../../src/core/reports/deliveries.js';
import { createReportBook } from '../../../src/core/reports/report-book.js';
import { createReportSettings } from '../../../src/core/reports/report-settings.js';
import { createTransfer } from '../../../src/core/transfer/transfer.js';
import { type EmbeddedCore, coach, openEmbeddedCore } from '../../support/embedded-core.js';
import { createFakeSchedule } from '../../support/fake-schedule.js';
import { plainReport } from '../../support/report-room.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A passage before it has a place. */
export type Draft = Pick<Chunk, 'text' | 'breadcrumb' | 'headingPath' | 'page'>;

const stagedImports = { name: 'staged-imports', schema: z.object({}) };

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** Transfers over a core, with short ways to use them. @param replaced engines for the transfers alone */
export function transferOver(core: EmbeddedCore, replaced: Partial<Engines> = {}) {
  const { engines, clock, registry } = core;
  const creators = createCreators({ recordStore: engines.recordStore, now: () => clock.now() });
  const links = createCreatorLinks({ recordStore: engines.recordStore, clock, creators });
  const { recordStore, coordinator } = engines;
  const reports = createReportBook({
    reports: [plainReport],
    settings: createReportSettings(recordStore),
    deliveries: createDeliveries({ recordStore, clock }),
    schedule: createFakeSchedule(clock),
    coordinator,
    clock,
  });
  const parts = { clock, creators, registry, links, reports, logger: silentLogger };
  const running = createTransfer({ ...engines, ...replaced, ...parts });
  const transfer = running.of('operator');

  async function exported(creatorId: CreatorId = coach): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    await transfer.exportCreator(creatorId, {
      signal: never,
      onStatus() {},
      async write(bytes) {
        parts.push(bytes);
      },
    });
    return Buffer.concat(parts);
  }

  const statuses: ReplyStatus[] = [];
  const notes: string[] = [];
  const imported = (bytes: AsyncIterable<Uint8Array>, run: Partial<ImportRun> = {}): Promise<ImportSummary> =>
    transfer.importCreator(bytes, {
      replace: false,
      signal: never,
      onStatus: (status) => void statuses.push(status),
      async onNote(text) {
        notes.push(text);
      },
      ...run,
    });

  /** Every passage of the creator's active documents, by document name. */
  async function passages(creatorId: CreatorId = coach): Promise<Record<string, Chunk[]>> {
    const records = await registry.list(creatorId, { limit: 1_000 });
    const found = await Promise.all(
      records.map(async ({ name, documentId, active }) => [
        name,
        await engines.chunkStore.range(creatorId, {
          documentId,
          version: active?.version ?? documentVersionSchema.parse('0'.repeat(16)),
          from: 0,
          limit: 1_000,
        }),
      ]),
    );
    return Object.fromEntries(found) as Record<string, Chunk[]>;
  }

  /** Puts a document there as if it had been read: with any passages at all. */
  async function publish(creatorId: CreatorId, name: string, drafts: readonly Draft[]): Promise<void> {
    const contentHash = createHash('sha256').update(JSON.stringify(drafts)).digest('hex');
    const documentId = documentIdOf(creatorId, name);
    const version = versionOf(contentHash);
    const now = clock.now();
    const chunks = drafts.map((draft, index) => {
      const id = chunkIdOf({ creatorId, documentId, version, index, text: draft.text });
      const tokenCount = core.embedder.countTokens(draft.breadcrumb) + core.embedder.countTokens(draft.text);
      return { ...draft, id, creatorId, documentId, version, index, tokenCount, source: name, createdAt: now };
    });
    await engines.chunkStore.put(creatorId, chunks);
    const active = {
      version,
      contentHash,
      sizeBytes: 1,
      format: 'Text',
      pageCount: null,
      chunkCount: chunks.length,
      embeddedCount: 0,
      skipped: [],
      publishedAt: now,
    };
    await registry.update(creatorId, documentId, () => ({
      documentId,
      name,
      title: name,
      status: 'learning',
      active,
      pendingVersion: null,
      failure: null,
      uploadedBy: memberKeySchema.parse('member'),
      uploadedAt: 0,
      createdAt: now,
      updatedAt: now,
    }));
  }

  /** Whether a document is being written that nobody can see yet. */
  const isStaged = async (creatorId: CreatorId, name: string): Promise<boolean> =>
    (await engines.recordStore.get(stagedImports, { creatorId }, documentIdOf(creatorId, name))) !== undefined;

  /** What is there: the passages of each document, and how many passages belong to none. */
  async function left(creatorId: CreatorId) {
    const whole = Object.values(await passages(creatorId)).map(({ length }) => length);
    const strays = (await engines.chunkStore.count(creatorId)) - whole.reduce((sum, length) => sum + length, 0);
    return { whole, strays };
  }

  return {
    ...core,
    left,
    publish,
    isStaged,
    creators,
    links,
    reports,
    running,
    transfer,
    exported,
    imported,
    passages,
    statuses,
    notes,
  };
}

/** An embedded core with transfers. */
export async function openTransfer(options: Parameters<typeof openEmbeddedCore>[1] = {}) {
  return transferOver(await openEmbeddedCore(await temporaryFolder(), options));
}

/** Bytes as they come over a connection, in parts. */
export async function* inParts(bytes: Uint8Array, partBytes = 1_000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += partBytes) yield bytes.subarray(from, from + partBytes);
}

/** A core with three documents of some passages each, and its export. */
export async function withExport(passages = 3) {
  const core = await openTransfer({ start: false });
  for (const name of ['a.md', 'b.md', 'c.md'])
    await core.publish(
      coach,
      name,
      Array.from({ length: passages }, (_, index) => ({
        text: `Passage ${index} of ${name}.`,
        breadcrumb: name,
        headingPath: [],
        page: null,
      })),
    );
  return { core, backup: await core.exported() };
}

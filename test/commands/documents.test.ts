import { describe, expect, it } from 'vitest';
import { documentsCommand } from '../../src/commands/documents.js';
import { documentIdOf, documentVersionSchema, memberKeySchema } from '../../src/core/ids.js';
import type { DocumentRecord } from '../../src/core/ingest/document-record.js';
import { coach } from '../support/embedded-core.js';
import { openCommands } from './run-command.js';

const version = documentVersionSchema.parse('0123456789abcdef');
const active: NonNullable<DocumentRecord['active']> = {
  version,
  contentHash: 'x',
  sizeBytes: 100,
  format: 'PDF',
  pageCount: 12,
  chunkCount: 34,
  embeddedCount: 10,
  skipped: [],
  publishedAt: 0,
};

function record(name: string, changes: Partial<DocumentRecord>): DocumentRecord {
  return {
    documentId: documentIdOf(coach, name),
    name,
    title: name,
    status: 'ready',
    active,
    pendingVersion: null,
    failure: null,
    uploadedBy: memberKeySchema.parse('somebody'),
    uploadedAt: 0,
    createdAt: 0,
    updatedAt: 0,
    ...changes,
  };
}

async function openWith(records: readonly DocumentRecord[]) {
  const core = await openCommands();
  for (const one of records) await core.registry.update(coach, one.documentId, () => one);
  return core;
}

describe('documents', () => {
  it('says how to add the first one', async () => {
    const { say } = await openWith([]);
    expect((await say(documentsCommand)).text).toBe(
      'There are no documents here yet. Post a file to me, or use the command "ingest".',
    );
  });

  it.each<[string, Partial<DocumentRecord>, string]>([
    ['ready', {}, 'ready, 12 pages, 34 passages.'],
    ['without pages', { active: { ...active, pageCount: null, chunkCount: 1 } }, 'ready, 1 passage.'],
    [
      'being learned',
      { status: 'learning' },
      'can be asked about, meaning learned for 10 of 34 passages, 12 pages, 34 passages.',
    ],
    ['next', { status: 'queued', active: null }, 'next to be read.'],
    [
      'being replaced',
      { status: 'reading' },
      'being read, its earlier version answers meanwhile, 12 pages, 34 passages.',
    ],
    [
      'failed',
      { status: 'failed', active: null, failure: { code: 'X', userMessage: 'It is a scan.' } },
      'not added. It is a scan.',
    ],
    [
      'kept after a failed replacement',
      { failure: { code: 'X', userMessage: 'It is a scan.' } },
      'ready, 12 pages, 34 passages. The newest upload failed: It is a scan.',
    ],
    [
      'failed, and called what its failure names',
      { status: 'failed', active: null, failure: { code: 'X', userMessage: '"**plan_1**" is a scan.' } },
      'not added. "\\*\\*plan\\_1\\*\\*" is a scan.',
    ],
    [
      'kept after a replacement with such a name',
      { failure: { code: 'X', userMessage: '"<@1>" is a scan.' } },
      'ready, 12 pages, 34 passages. The newest upload failed: "\\<\u2060@1\\>" is a scan.',
    ],
  ])('says of a document that is %s: %j', async (_title, changes, text) => {
    const { say } = await openWith([record('plan_1.pdf', changes)]);
    expect((await say(documentsCommand)).text).toBe(`**1 document**\n\n- **plan\\_1.pdf**: ${text}`);
  });

  it('says how many wait before a document', async () => {
    const { say, ingestion, post } = await openCommands();
    await ingestion.stop(0);
    await post('first.txt', 'One.');
    await post('second.txt', 'Two.');
    const message = await say(documentsCommand);
    expect(message.text).toContain('**first.txt**: next to be read.');
    expect(message.text).toContain('**second.txt**: waiting, 1 before it.');
    expect(message.data).toMatchObject({ documents: [{ position: 0 }, { position: 1 }] });
  });

  it('lists twenty by name on a page, and offers the next', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `file-${String(index).padStart(2, '0')}.pdf`);
    const { say } = await openWith(names.map((name) => record(name, {})));
    const first = await say(documentsCommand);
    expect(first.text).toMatch(/^\*\*25 documents\*\*, page 1 of 2\n\n- \*\*file-00.pdf/);
    expect(first.text).not.toContain('file-20.pdf');
    expect(first.actions).toEqual([{ label: 'Next page', command: 'documents', input: { page: 2 } }]);
    const last = await say(documentsCommand, { page: 9 });
    expect(last.text.match(/^- /gm)).toHaveLength(5);
    expect(last).toMatchObject({ actions: [], data: { creator: coach, page: 2, pages: 2, total: 25 } });
  });

  it('does not say who added what', async () => {
    const { say } = await openWith([record('plan.pdf', {})]);
    expect(JSON.stringify(await say(documentsCommand))).not.toContain('somebody');
  });
});

import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { creatorIdSchema, documentIdOf } from '../../../src/core/ids.js';
import { versionOf } from '../../../src/core/ingest/document-version.js';
import { INGEST_QUEUE } from '../../../src/core/ingest/ingest-payload.js';
import { type EmbeddedCore, coach, lineReader, openEmbeddedCore } from '../../support/embedded-core.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const rules = '# Money\nRefunds are paid within ten days.\n# Time\nSessions begin at nine.';
const otherRules = '# Money\nRefunds are never paid.';
const { signal } = new AbortController();

const open = async (options: Parameters<typeof openEmbeddedCore>[1] = {}): Promise<EmbeddedCore> =>
  openEmbeddedCore(await temporaryFolder(), options);
const recordOf = (core: EmbeddedCore, name = 'rules.md') => core.registry.findByName(coach, name);
const lastMessage = (core: EmbeddedCore, eventId: string) => core.replies.get(eventId)?.finished.at(-1);
const textsOf = async (core: EmbeddedCore, name = 'rules.md'): Promise<string[]> => {
  const record = await recordOf(core, name);
  if (!record?.active) return [];
  return (
    await core.engines.chunkStore.range(coach, {
      documentId: record.documentId,
      version: record.active.version,
      from: 0,
      limit: 100,
    })
  ).map(({ text }) => text);
};

describe('ingestion', () => {
  it('reads a document, publishes it and makes its vectors', async () => {
    const core = await open();
    const event = await core.post('rules.md', rules);
    await core.settleWork();
    expect(await recordOf(core)).toMatchObject({
      status: 'ready',
      active: { chunkCount: 2, embeddedCount: 2, format: 'Text' },
      pendingVersion: null,
      failure: null,
    });
    expect(await textsOf(core)).toEqual(['Refunds are paid within ten days.', 'Sessions begin at nine.']);
    expect(lastMessage(core, event.id)?.text).toContain('can be asked about now');
    expect(core.replies.get(event.id)?.statuses.some(({ progress }) => progress?.done === 4)).toBe(true);
  });

  it('is answerable by keywords while its vectors are still to come', async () => {
    const embedder = createFakeEmbedder();
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    const core = await open({ embedder });
    await core.post('rules.md', rules);
    await core.settleWork(async () => (await recordOf(core))?.status === 'learning');
    expect(await recordOf(core)).toMatchObject({ active: { embeddedCount: 0 } });
    expect(
      (await core.engines.keywordIndex.candidates(coach, { text: 'refunds', limit: 10, signal })).candidates,
    ).toHaveLength(1);
    embedder.failure = undefined;
    await core.settleWork();
    expect(await recordOf(core)).toMatchObject({ status: 'ready', active: { embeddedCount: 2 } });
  });

  it('says "already known" for the same content and reads nothing', async () => {
    const core = await open();
    await core.post('rules.md', rules);
    await core.settleWork();
    const before = await recordOf(core);
    const event = await core.post('rules.md', rules);
    await core.settleWork();
    expect(lastMessage(core, event.id)?.text).toContain('already known');
    expect((await recordOf(core))?.active).toEqual(before?.active);
  });

  it('replaces a document by its new content without a moment without either', async () => {
    const core = await open({
      reader: {
        async parse(bytes, options) {
          const seen = await textsOf(core);
          if (new TextDecoder().decode(bytes) === otherRules)
            expect(seen).toContain('Refunds are paid within ten days.');
          return lineReader.parse(bytes, options);
        },
      },
    });
    await core.post('rules.md', rules);
    await core.settleWork();
    const event = await core.post('rules.md', otherRules);
    await core.settleWork();
    expect(lastMessage(core, event.id)?.text).toContain('replaced by its new version');
    expect(await textsOf(core)).toEqual(['Refunds are never paid.']);
    expect(await core.engines.chunkStore.count(coach)).toBe(1);
    expect(
      (await core.engines.keywordIndex.candidates(coach, { text: 'sessions', limit: 10, signal })).candidates,
    ).toEqual([]);
    expect((await core.engines.vectorIndex.stats(coach))?.vectors).toBe(1);
  });

  it('keeps the old version when the new one cannot be read, and says why', async () => {
    const core = await open({
      reader: {
        async parse(bytes, options) {
          if (new TextDecoder().decode(bytes) === otherRules)
            throw new DocentError('DOCUMENT_DAMAGED', { userMessage: '"rules.md" is cut off.' });
          return lineReader.parse(bytes, options);
        },
      },
    });
    await core.post('rules.md', rules);
    await core.settleWork();
    const event = await core.post('rules.md', otherRules);
    await core.settleWork();
    expect(lastMessage(core, event.id)).toMatchObject({
      kind: 'error',
      text: expect.stringContaining('is cut off') as string,
    });
    expect(await recordOf(core)).toMatchObject({
      status: 'ready',
      failure: { code: 'DOCUMENT_DAMAGED' },
      active: { chunkCount: 2 },
    });
    expect(await textsOf(core)).toHaveLength(2);
  });

  it('refuses another content under a known name when it may not replace', async () => {
    const core = await open();
    await core.post('rules.md', rules);
    await core.settleWork();
    const event = await core.post('rules.md', otherRules, { replace: false });
    await core.settleWork();
    expect(lastMessage(core, event.id)?.text).toContain('Allow replacing it');
    expect(await textsOf(core)).toHaveLength(2);
  });

  it('refuses a document without text and leaves nothing behind', async () => {
    const core = await open();
    const event = await core.post('empty.md', '\n\n');
    await core.settleWork();
    expect(lastMessage(core, event.id)?.text).toContain('holds no text');
    expect(await recordOf(core, 'empty.md')).toMatchObject({ status: 'failed', active: null });
    expect(await core.engines.chunkStore.count(coach)).toBe(0);
  });

  it('shows a document as queued from the moment it is accepted, with its place in the queue', async () => {
    const core = await open({ start: false });
    await core.post('a.md', rules);
    await core.post('b.md', rules);
    expect(await recordOf(core, 'b.md')).toMatchObject({ status: 'queued', active: null });
    const waiting = await core.ingestion.waiting(coach);
    expect([waiting.get(documentIdOf(coach, 'a.md')), waiting.get(documentIdOf(coach, 'b.md'))]).toEqual([0, 1]);
  });

  it('knows the places of documents beside a job that cannot be read', async () => {
    const core = await open({ start: false });
    await core.engines.coordinator.enqueue({ queue: INGEST_QUEUE, id: 'of-tomorrow', group: coach, payload: {} });
    await core.post('a.md', rules);
    expect([...(await core.ingestion.waiting(coach)).values()]).toEqual([1]);
  });

  it('removes a document with everything it taught', async () => {
    const core = await open();
    await core.post('rules.md', rules);
    await core.settleWork();
    expect(await core.ingestion.forget(coach, documentIdOf(coach, 'rules.md'))).toEqual({ chunkCount: 2 });
    expect(await recordOf(core)).toBeUndefined();
    expect(await core.engines.chunkStore.count(coach)).toBe(0);
    expect(
      (await core.engines.keywordIndex.candidates(coach, { text: 'refunds', limit: 10, signal })).candidates,
    ).toEqual([]);
    expect((await core.engines.vectorIndex.stats(coach))?.vectors ?? 0).toBe(0);
    await expect(core.ingestion.forget(coach, documentIdOf(coach, 'rules.md'))).rejects.toMatchObject({
      code: 'DOCUMENT_UNKNOWN',
    });
  });

  it('stops reading a document that is removed meanwhile, and leaves nothing of it', async () => {
    const core = await open({
      reader: {
        async parse(bytes, options) {
          const read = await lineReader.parse(bytes, options);
          await core.registry.remove(coach, documentIdOf(coach, 'rules.md'));
          return read;
        },
      },
    });
    const event = await core.post('rules.md', rules);
    await core.settleWork();
    expect(lastMessage(core, event.id)?.text).toContain('was removed while it was being read');
    expect(await core.engines.chunkStore.count(coach)).toBe(0);
    expect(await recordOf(core)).toBeUndefined();
  });

  it('can take the same content again after it was removed, vectors included', async () => {
    const core = await open();
    await core.post('rules.md', rules);
    await core.settleWork();
    await core.ingestion.forget(coach, documentIdOf(coach, 'rules.md'));
    await core.post('rules.md', rules);
    await core.settleWork();
    expect(await recordOf(core)).toMatchObject({ status: 'ready', active: { embeddedCount: 2 } });
  });

  it('goes on after a restart with what was accepted and with vectors that were missing', async () => {
    const folder = await temporaryFolder();
    const first = await openEmbeddedCore(folder, { start: false });
    await first.post('rules.md', rules);
    await first.stop();
    const embedder = createFakeEmbedder();
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    const second = await openEmbeddedCore(folder, { embedder, clock: first.clock });
    await second.settleWork(async () => (await recordOf(second))?.status === 'learning');
    await second.stop();
    const third = await openEmbeddedCore(folder, { clock: first.clock });
    await third.settleWork();
    expect(await recordOf(third)).toMatchObject({ status: 'ready', active: { chunkCount: 2, embeddedCount: 2 } });
  });

  it('makes the vectors anew when another embedder takes over', async () => {
    const folder = await temporaryFolder();
    const first = await openEmbeddedCore(folder);
    await first.post('rules.md', rules);
    await first.settleWork();
    await first.stop();
    const second = await openEmbeddedCore(folder, {
      embedder: createFakeEmbedder({ id: 'other' }),
      clock: first.clock,
    });
    await second.post('new.md', 'Something new.');
    await second.settleWork();
    expect(await second.engines.vectorIndex.stats(coach)).toEqual({
      space: { embedderId: 'other', dimensions: 64 },
      vectors: 3,
    });
    expect(await recordOf(second)).toMatchObject({ status: 'ready', active: { embeddedCount: 2 } });
  });

  it('keeps two creators apart, even with documents of one name', async () => {
    const core = await open();
    const runner = creatorIdSchema.parse('runner');
    await core.post('rules.md', rules);
    await core.post('rules.md', otherRules, { creator: 'runner' });
    await core.settleWork();
    expect(await textsOf(core)).toHaveLength(2);
    await core.ingestion.forget(runner, documentIdOf(runner, 'rules.md'));
    expect(await textsOf(core)).toHaveLength(2);
  });

  it('retries a store that is away and tells the uploader once', async () => {
    let tries = 0;
    const core = await open({
      reader: {
        async parse(bytes, options) {
          tries++;
          if (tries < 3) throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'away', retryable: true });
          return lineReader.parse(bytes, options);
        },
      },
    });
    const event = await core.post('rules.md', rules);
    await core.settleWork();
    expect(tries).toBe(3);
    expect(core.replies.get(event.id)?.finished).toHaveLength(1);
    expect(await recordOf(core)).toMatchObject({ status: 'ready' });
  });

  it('names versions by the content', () => {
    expect(versionOf('ab'.repeat(32))).toBe('abababababababab');
  });
});

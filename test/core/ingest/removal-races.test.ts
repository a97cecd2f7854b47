import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { documentIdOf } from '../../../src/core/ids.js';
import { type EmbeddedCore, coach, lineReader, openEmbeddedCore } from '../../support/embedded-core.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const rules = Array.from({ length: 40 }, (_, index) => `# Rule ${index}\nRule ${index} holds on every day.`).join('\n');
const documentId = documentIdOf(coach, 'rules.md');

/** What is kept of the document: its record's counts beside what the stores hold. */
async function counts(core: EmbeddedCore) {
  const active = (await core.registry.get(coach, documentId))?.active;
  return {
    listed: active?.chunkCount ?? 0,
    learned: active?.embeddedCount ?? 0,
    chunks: await core.engines.chunkStore.count(coach),
    vectors: (await core.engines.vectorIndex.stats(coach))?.vectors ?? 0,
  };
}

/** An embedder that calls back before its n-th batch of documents is done. */
function interruptedEmbedder(batch: number, interrupt: () => Promise<unknown>) {
  const embedder = createFakeEmbedder();
  let batches = 0;
  return {
    ...embedder,
    async embed(texts: readonly string[], options: Parameters<typeof embedder.embed>[1]) {
      if (++batches === batch) await interrupt();
      return embedder.embed(texts, options);
    },
  };
}

describe('a document that is removed or indexed anew in the middle of work', () => {
  it('is whole when it is forgotten and added again while it is read', async () => {
    let isRemoving = false;
    let isRemoved = false;
    const core = await openEmbeddedCore(await temporaryFolder(), {
      reader: {
        async parse(bytes, options) {
          const read = await lineReader.parse(bytes, { ...options, onProgress() {} });
          if (!isRemoving) {
            isRemoving = true;
            void core.ingestion.forget(coach, documentId).then(() => (isRemoved = true));
            await core.registry.get(coach, documentId);
            await core.post('rules.md', rules);
          }
          return read;
        },
      },
    });
    await core.post('rules.md', rules);
    await core.settleWork(async () => isRemoved);
    await core.settleWork();
    expect(await counts(core)).toEqual({ listed: 40, learned: 40, chunks: 40, vectors: 40 });
  });

  it('gets all its vectors when it is indexed anew while it learns', async () => {
    const embedder = interruptedEmbedder(3, () => core.ingestion.reindex(coach));
    const core: EmbeddedCore = await openEmbeddedCore(await temporaryFolder(), { embedder });
    await core.post('rules.md', rules);
    await core.settleWork();
    expect(await counts(core)).toEqual({ listed: 40, learned: 40, chunks: 40, vectors: 40 });
  });

  it('leaves no vector behind when it is forgotten while it learns', async () => {
    const embedder = interruptedEmbedder(3, () => core.ingestion.forget(coach, documentId));
    const core: EmbeddedCore = await openEmbeddedCore(await temporaryFolder(), { embedder });
    await core.post('rules.md', rules);
    await core.settleWork();
    expect(await counts(core)).toEqual({ listed: 0, learned: 0, chunks: 0, vectors: 0 });
  });

  it('is out of sight at once, and gone at the next start, when the removal is cut short', async () => {
    const folder = await temporaryFolder();
    const first = await openEmbeddedCore(folder);
    await first.post('rules.md', rules);
    await first.settleWork();
    const { deleteDocument } = first.engines.chunkStore;
    first.engines.chunkStore.deleteDocument = async () => {
      throw new Error('the disk is full');
    };
    await expect(first.ingestion.forget(coach, documentId)).rejects.toThrow('the disk is full');
    expect(await first.registry.list(coach, { limit: 10 })).toEqual([]);
    expect((await first.registry.active(coach)).size).toBe(0);
    first.engines.chunkStore.deleteDocument = deleteDocument;
    await first.stop();
    const second = await openEmbeddedCore(folder, { clock: first.clock });
    await second.settleWork();
    expect(await counts(second)).toEqual({ listed: 0, learned: 0, chunks: 0, vectors: 0 });
    expect(await second.registry.removing(coach)).toEqual([]);
  });

  it.each([1, 2, 3])(
    'gets all its vectors at the next start when indexing anew is cut short at write %i',
    async (cut) => {
      const folder = await temporaryFolder();
      const first = await openEmbeddedCore(folder);
      for (const name of ['rules.md', 'more.md', 'rest.md']) await first.post(name, rules);
      await first.settleWork();
      const { update } = first.registry;
      let writes = 0;
      first.registry.update = async (...change) => {
        if (++writes >= cut) throw new Error('killed');
        return update(...change);
      };
      await expect(first.ingestion.reindex(coach)).rejects.toThrow('killed');
      await first.stop();
      const second = await openEmbeddedCore(folder, { clock: first.clock });
      await second.settleWork();
      expect(await counts(second)).toEqual({ listed: 40, learned: 40, chunks: 120, vectors: 120 });
    },
  );

  it('counts among those to be indexed anew, also when it waits for that already', async () => {
    const embedder = createFakeEmbedder();
    const core = await openEmbeddedCore(await temporaryFolder(), { embedder });
    for (const name of ['rules.md', 'more.md']) await core.post(name, rules);
    await core.settleWork();
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    expect(await core.ingestion.reindex(coach)).toBe(2);
    expect(await core.ingestion.reindex(coach)).toBe(2);
  });

  it('gets its vectors anew, or keeps them, when the index does not say whether it dropped them', async () => {
    const core = await openEmbeddedCore(await temporaryFolder());
    await core.post('rules.md', rules);
    await core.settleWork();
    const { eraseCreator } = core.engines.vectorIndex;
    for (const isErased of [false, true]) {
      core.engines.vectorIndex.eraseCreator = async (creatorId) => {
        if (isErased) await eraseCreator(creatorId);
        throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'no answer', retryable: true });
      };
      await expect(core.ingestion.reindex(coach)).rejects.toThrow('no answer');
      await core.settleWork();
      expect(await counts(core)).toEqual({ listed: 40, learned: 40, chunks: 40, vectors: 40 });
    }
  });
});

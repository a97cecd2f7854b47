import { describe, expect, it } from 'vitest';
import { documentIdOf } from '../../../src/core/ids.js';
import { handbook } from '../../support/answering-room.js';
import { type EmbeddedCore, coach, openEmbeddedCore } from '../../support/embedded-core.js';
import { engineAway } from '../../support/failing-engine.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const documentId = documentIdOf(coach, 'handbook.md');

/** A core whose vector index can be taken away. */
async function openCore() {
  const core = await openEmbeddedCore(await temporaryFolder());
  const { vectorIndex } = core.engines;
  const real = { ...vectorIndex };
  const refuse = async (): Promise<never> => {
    throw engineAway();
  };
  return {
    core,
    takeAway: () => Object.assign(vectorIndex, { upsert: refuse, present: refuse, deleteDocument: refuse }),
    giveBack: () => Object.assign(vectorIndex, real),
    vectors: async (): Promise<number> => (await real.stats(coach))?.vectors ?? 0,
    chunks: () => core.engines.chunkStore.count(coach),
  };
}

const isTold = (core: EmbeddedCore, eventId: string) => async (): Promise<boolean> =>
  (core.replies.get(eventId)?.finished.length ?? 0) > 0;

describe('documents while search by meaning is away', () => {
  it('are taken in, told of, and answer by their words; their vectors follow', async () => {
    const { core, takeAway, giveBack, vectors } = await openCore();
    takeAway();
    const { id } = await core.post('handbook.md', handbook);
    await core.settleWork(isTold(core, id));
    expect(core.replies.get(id)?.finished).toMatchObject([{ kind: 'notice' }]);
    expect((await core.registry.active(coach)).get(documentId)).toMatchObject({ isLearning: true });
    giveBack();
    await core.settleWork();
    expect((await core.registry.get(coach, documentId))?.status).toBe('ready');
    expect(await vectors()).toBe(3);
  });

  it('are replaced, and leave no vectors of the old version behind', async () => {
    const { core, takeAway, giveBack, vectors, chunks } = await openCore();
    await core.post('handbook.md', handbook);
    await core.settleWork();
    takeAway();
    const { id } = await core.post('handbook.md', '# Money\nRefunds are paid at once.');
    await core.settleWork(isTold(core, id));
    expect(await chunks()).toBe(1);
    giveBack();
    await core.settleWork();
    expect(await vectors()).toBe(1);
  });

  it('are forgotten at once, and their vectors go when it is back', async () => {
    const { core, takeAway, giveBack, vectors, chunks } = await openCore();
    await core.post('handbook.md', handbook);
    await core.settleWork();
    takeAway();
    expect(await core.ingestion.forget(coach, documentId)).toMatchObject({ chunkCount: expect.any(Number) });
    expect({ active: (await core.registry.active(coach)).size, chunks: await chunks() }).toEqual({
      active: 0,
      chunks: 0,
    });
    giveBack();
    await core.settleWork();
    expect(await vectors()).toBe(0);
    expect(await core.registry.removing(coach)).toEqual([]);
  });

  it('do not keep Docent from starting with one that was forgotten half', async () => {
    const folder = await temporaryFolder();
    const first = await openEmbeddedCore(folder);
    await first.post('handbook.md', handbook);
    await first.settleWork();
    const refuse = async (): Promise<never> => {
      throw engineAway();
    };
    const { deleteDocument } = first.engines.vectorIndex;
    Object.assign(first.engines.vectorIndex, { deleteDocument: refuse });
    await first.ingestion.forget(coach, documentId);
    await first.ingestion.stop(0);
    await first.ingestion.start();
    Object.assign(first.engines.vectorIndex, { deleteDocument });
    await first.settleWork();
    expect(await first.registry.removing(coach)).toEqual([]);
  });

  it('are told as damaged when they are', async () => {
    const { core, takeAway } = await openCore();
    takeAway();
    const { id } = await core.post('empty.md', '# A heading and nothing else');
    await core.settleWork(isTold(core, id));
    expect(core.replies.get(id)?.finished[0]?.text).toContain('holds no text');
  });
});

describe('an upload', () => {
  it('is told once though the figures and its bytes could not be reached after it', async () => {
    const { core } = await openCore();
    Object.assign(core.engines.blobStore, {
      delete: async () => {
        throw engineAway();
      },
    });
    const { id } = await core.post('handbook.md', handbook);
    await core.settleWork();
    expect(core.replies.get(id)?.finished).toHaveLength(1);
  });

  it('has left no bytes behind when it is told', async () => {
    const { core } = await openCore();
    const { blobStore } = core.engines;
    const { delete: remove } = blobStore;
    const tellingsBefore: number[] = [];
    Object.assign(blobStore, {
      async delete(...given: Parameters<typeof remove>) {
        tellingsBefore.push([...core.replies.values()].flatMap(({ finished }) => finished).length);
        return remove(...given);
      },
    });
    await core.post('handbook.md', handbook);
    await core.settleWork();
    expect(tellingsBefore).toEqual([0]);
    expect(await blobStore.eraseCreator(coach)).toBe(0);
  });

  it('is taken in though the queue could not say that it has it', async () => {
    const { core } = await openCore();
    const { coordinator } = core.engines;
    const { enqueue } = coordinator;
    Object.assign(coordinator, {
      async enqueue(...given: Parameters<typeof enqueue>) {
        Object.assign(coordinator, { enqueue });
        await enqueue(...given);
        throw engineAway();
      },
    });
    const { id } = await core.post('handbook.md', handbook);
    await core.settleWork();
    expect(core.replies.get(id)?.finished).toMatchObject([{ kind: 'notice' }]);
    expect((await core.registry.get(coach, documentId))?.status).toBe('ready');
  });

  it('says that it is tried again while its passages cannot be written', async () => {
    const { core } = await openCore();
    const { put } = core.engines.chunkStore;
    let tries = 0;
    Object.assign(core.engines.chunkStore, {
      async put(...given: Parameters<typeof put>) {
        if (++tries < 2) throw engineAway();
        return put(...given);
      },
    });
    const { id } = await core.post('handbook.md', handbook);
    await core.settleWork();
    expect(core.replies.get(id)?.statuses.map(({ text }) => text)).toContain(
      'Something that I need does not answer right now. I am trying again',
    );
    expect(core.replies.get(id)?.finished).toMatchObject([{ kind: 'notice' }]);
  });
});

import { describe, expect, it, onTestFinished } from 'vitest';
import { creatorIdSchema, documentVersionSchema } from '../../../src/core/ids.js';
import type { Chunk } from '../../../src/core/ports/chunk-store.js';
import { type Knowledge, createKnowledge } from '../../../src/core/replica/knowledge.js';
import { openEmbeddedStores } from '../../support/embedded-stores.js';
import { eventually } from '../../support/eventually.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { makeChunk } from '../../support/make-chunk.js';
import { away, createSharedChunkStore } from '../../support/shared-chunk-store.js';
import { silentLogger } from '../../support/silent-logger.js';

const coach = creatorIdSchema.parse('coach');
const newVersion = documentVersionSchema.parse('f'.repeat(16));
const never = new AbortController().signal;

/** The copy of one process over a store that others write to. */
async function openProcess() {
  const clock = createFakeClock();
  const { engines } = await openEmbeddedStores(clock);
  const shared = createSharedChunkStore();
  const deleted: string[] = [];
  const knowledge = createKnowledge({
    chunkStore: shared,
    keywordIndex: engines.keywordIndex,
    clock,
    logger: silentLogger,
    beforeDelete: async (_creatorId, documentId) => void deleted.push(documentId),
  });
  onTestFinished(() => knowledge.stop());
  const prepare = (options: Partial<Parameters<Knowledge['prepare']>[1]> = {}): Promise<void> =>
    knowledge.prepare(coach, { signal: never, onBuild() {}, ...options });
  return {
    clock,
    shared,
    knowledge,
    deleted,
    prepare,
    replica: engines.keywordIndex.replica,
    /** The texts that a question for the word finds, as they are quoted. */
    async find(word: string): Promise<string[]> {
      const { chunkStore, keywordIndex } = knowledge.searched;
      const { candidates } = await keywordIndex.candidates(coach, { text: word, limit: 1_000, signal: never });
      const ids = candidates.map(({ chunkId }) => chunkId);
      const chunks = [
        ...(await chunkStore.get(coach, ids.slice(0, 500))),
        ...(await chunkStore.get(coach, ids.slice(500))),
      ];
      expect(chunks).toHaveLength(ids.length);
      return chunks.map(({ text }) => text).toSorted();
    },
  };
}

const passage = (text: string, options: Parameters<typeof makeChunk>[0] = {}): Chunk =>
  makeChunk({ ...options, text, breadcrumb: '' });
const passages = (count: number): Chunk[] =>
  Array.from({ length: count }, (_, index) => passage(`Oak ${index}.`, { index }));

describe('what questions are searched in', () => {
  it('is a copy of the shared chunks, made at the first question, with signs of how far it is', async () => {
    const { shared, prepare, find } = await openProcess();
    for (const from of [0, 500]) await shared.put(coach, passages(700).slice(from, from + 500));
    const progress: unknown[] = [];
    await prepare({ onBuild: (report) => progress.push(report) });
    expect(await find('oak')).toHaveLength(700);
    expect(progress).toEqual([
      { done: 0, total: 700 },
      { done: 500, total: 700 },
    ]);
  });

  it('costs one small call when nothing has happened', async () => {
    const { shared, prepare } = await openProcess();
    await shared.put(coach, passages(3));
    await prepare();
    shared.calls.length = 0;
    await prepare();
    expect(shared.calls).toEqual(['after']);
  });

  it('follows what is written, replaced and removed elsewhere', async () => {
    const { shared, prepare, find } = await openProcess();
    await shared.put(coach, [passage('Old oak.'), passage('Oak of another.', { name: 'other.md' })]);
    await prepare();
    const fresh = passage('New oak.', { version: newVersion });
    await shared.put(coach, [fresh]);
    await prepare();
    expect(await find('oak')).toEqual(['New oak.', 'Oak of another.', 'Old oak.']);
    await shared.deleteDocument(coach, fresh.documentId, newVersion);
    await prepare();
    expect(await find('oak')).toEqual(['New oak.', 'Oak of another.']);
    await shared.deleteDocument(coach, fresh.documentId);
    await prepare();
    expect(await find('oak')).toEqual(['Oak of another.']);
  });

  it('follows a log of several pages', async () => {
    const { shared, prepare, find } = await openProcess();
    await shared.put(coach, [passage('Elm.')]);
    await prepare();
    for (const chunk of passages(1_100)) await shared.put(coach, [chunk]);
    await prepare();
    expect(await find('oak')).toHaveLength(1_000);
    expect(await find('1099')).toEqual(['Oak 1099.']);
  });

  it('tells of a removal before it removes, so that readers look for the new version first', async () => {
    const { shared, prepare, deleted } = await openProcess();
    const [chunk] = passages(1) as [Chunk];
    await shared.put(coach, [chunk]);
    await prepare();
    await shared.deleteDocument(coach, chunk.documentId);
    await prepare();
    expect(deleted).toEqual([chunk.documentId]);
  });

  it('is made anew when the log does not reach back any more', async () => {
    const { shared, prepare, find } = await openProcess();
    const [gone, kept] = [passage('Oak gone.', { name: 'gone.md' }), passage('Oak kept.')];
    await shared.put(coach, [gone, kept]);
    await prepare();
    await shared.deleteDocument(coach, gone.documentId);
    shared.trim(coach);
    await prepare();
    expect(await find('oak')).toEqual(['Oak kept.']);
  });

  it('keeps nothing of a creator whose last document went', async () => {
    const { shared, prepare, replica } = await openProcess();
    const [chunk] = passages(1) as [Chunk];
    await shared.put(coach, [chunk]);
    await prepare();
    expect(await replica?.creators()).toEqual([coach]);
    await shared.deleteDocument(coach, chunk.documentId);
    await prepare();
    expect(await replica?.creators()).toEqual([]);
    await prepare();
    expect(await replica?.creators()).toEqual([]);
  });
});

describe('questions that come at once', () => {
  it('share one catching-up, which begins after they came', async () => {
    const { shared, prepare, find } = await openProcess();
    await shared.put(coach, passages(1));
    await prepare();
    shared.calls.length = 0;
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    shared.beforeCall = () => (shared.calls.length === 1 ? held : undefined);
    const first = prepare();
    await settle();
    await shared.put(coach, [passage('Elm.')]);
    const later = [prepare(), prepare(), prepare()];
    letGo();
    await Promise.all([first, ...later]);
    expect(shared.calls.filter((name) => name === 'after')).toHaveLength(2);
    expect(await find('elm')).toEqual(['Elm.']);
  });

  it('go on when one of them is given up', async () => {
    const { shared, prepare, find } = await openProcess();
    await shared.put(coach, passages(1));
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    shared.beforeCall = (name) => (name === 'all' ? held : undefined);
    const leaving = new AbortController();
    const first = prepare({ signal: leaving.signal });
    const second = prepare();
    first.catch(() => {});
    await settle();
    leaving.abort(new Error('nobody waits any more'));
    await expect(first).rejects.toThrow('nobody waits any more');
    letGo();
    await second;
    expect(await find('oak')).toEqual(['Oak 0.']);
  });
});

describe('while the shared store is away', () => {
  it('a copy answers as it is', async () => {
    const { shared, prepare, find } = await openProcess();
    await shared.put(coach, passages(2));
    await prepare();
    await shared.put(coach, [passage('Elm.')]);
    shared.beforeCall = away;
    await prepare();
    expect(await find('oak')).toHaveLength(2);
    shared.beforeCall = () => {};
    await prepare();
    expect(await find('elm')).toEqual(['Elm.']);
  });

  it('a question without a copy is told so, rather than that nothing was found', async () => {
    const { shared, prepare } = await openProcess();
    shared.beforeCall = away;
    await expect(prepare()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
  });

  it('a copy that was not finished does not answer, and is made from the start later', async () => {
    const { shared, prepare, find } = await openProcess();
    for (const from of [0, 500]) await shared.put(coach, passages(700).slice(from, from + 500));
    shared.beforeCall = (name) =>
      name === 'all' && shared.calls.filter((call) => call === 'all').length > 1 ? away() : undefined;
    await expect(prepare()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    shared.beforeCall = () => {};
    await prepare();
    expect(await find('oak')).toHaveLength(700);
  });

  it('a store that does not answer counts as away after three seconds', async () => {
    const { clock, shared, prepare, find } = await openProcess();
    await shared.put(coach, passages(1));
    await prepare();
    shared.beforeCall = () => new Promise(() => {});
    const prepared = prepare();
    await clock.advance(3_000);
    await prepared;
    expect(await find('oak')).toEqual(['Oak 0.']);
  });
});

describe('the copy of a process', () => {
  it('is not written by ingestion, whose chunks come with the log', async () => {
    const { knowledge, replica } = await openProcess();
    const [chunk] = passages(1) as [Chunk];
    await knowledge.written.upsert(coach, [chunk]);
    await knowledge.written.deleteDocument(coach, chunk.documentId);
    expect(await replica?.creators()).toEqual([]);
  });

  it('goes when the creator is erased', async () => {
    const { shared, knowledge, prepare, replica } = await openProcess();
    await shared.put(coach, passages(3));
    await prepare();
    await shared.eraseCreator(coach);
    await knowledge.written.eraseCreator(coach);
    expect(await replica?.creators()).toEqual([]);
  });

  it('loses at the start, and every ten minutes, what was erased elsewhere', async () => {
    const { clock, shared, knowledge, prepare, replica, find } = await openProcess();
    const [chunk] = passages(1) as [Chunk];
    await shared.put(coach, [chunk, passage('Elm.', { name: 'other.md' })]);
    await prepare();
    await shared.deleteDocument(coach, chunk.documentId);
    knowledge.start();
    await eventually('the copy is caught up', async () => (await find('oak')).length === 0);
    await shared.eraseCreator(coach);
    await clock.advance(10 * 60_000);
    await eventually('nothing is left', async () => (await replica?.creators())?.length === 0);
  });

  it("is not there where the chunks are this process's own", async () => {
    const { engines } = await openEmbeddedStores(createFakeClock());
    const knowledge = createKnowledge({
      ...engines,
      clock: createFakeClock(),
      logger: silentLogger,
      beforeDelete: async () => {},
    });
    expect(knowledge.searched).toEqual({ chunkStore: engines.chunkStore, keywordIndex: engines.keywordIndex });
    expect(knowledge.written).toBe(engines.keywordIndex);
  });
});

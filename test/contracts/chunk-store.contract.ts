import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ChunkId,
  type CreatorId,
  creatorIdSchema,
  documentIdOf,
  documentVersionSchema,
} from '../../src/core/ids.js';
import type { Chunk, ChunkStore } from '../../src/core/ports/chunk-store.js';
import { makeChunk } from '../support/make-chunk.js';
import { knowledgeOperations, replay } from './knowledge-operations.js';
import type { CreateSubject, Subject } from './subject.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');
const handbook = documentIdOf(coach, 'handbook.md');
const oldVersion = documentVersionSchema.parse('0'.repeat(16));
const newVersion = documentVersionSchema.parse('1'.repeat(16));

/** What every chunk store promises. */
export function describeChunkStoreContract(name: string, createSubject: CreateSubject<ChunkStore>): void {
  describe(`ChunkStore contract: ${name}`, () => {
    let subject: Subject<ChunkStore>;
    let store: ChunkStore;
    beforeEach(async () => {
      subject = await createSubject();
      store = subject.port;
    });

    const passages = (count: number, version = oldVersion): Chunk[] =>
      Array.from({ length: count }, (_, index) => makeChunk({ index, version }));

    it('gives chunks back whole, in the order they are asked for, and leaves out unknown ids', async () => {
      const [first, second] = [
        makeChunk({ index: 0, page: 3 }),
        { ...makeChunk({ index: 1 }), headingPath: ['A', 'B'] },
      ];
      const unknown = makeChunk({ index: 2 });
      await store.put(coach, [first, second]);
      expect(await store.get(coach, [second.id, unknown.id, first.id])).toEqual([second, first]);
      expect(await store.get(coach, [])).toEqual([]);
    });

    it.each([
      ['NUL', 'before\0after'],
      ['half a surrogate pair', 'before\ud800after'],
      ['quotes and operators', `'; DROP TABLE chunks; -- " \\ % _ *`],
      ['emoji and right-to-left text', '👩‍🏫 שלום \u202e'],
      ['only space', ' \n\t '],
    ])('gives text with %s back as it went in', async (_title, text) => {
      const chunk = { ...makeChunk({ text }), breadcrumb: text, headingPath: [text], source: text };
      await store.put(coach, [chunk]);
      expect(await store.get(coach, [chunk.id])).toEqual([chunk]);
    });

    it('keeps one chunk an id, the last that was put', async () => {
      const chunk = makeChunk();
      await store.put(coach, [chunk, { ...chunk, breadcrumb: 'new' }]);
      await store.put(coach, [{ ...chunk, breadcrumb: 'newest' }]);
      expect(await store.count(coach)).toBe(1);
      expect(await store.get(coach, [chunk.id])).toMatchObject([{ breadcrumb: 'newest' }]);
    });

    it('reads a range of one version by index, whatever the order of writing', async () => {
      await store.put(coach, passages(12).toReversed());
      await store.put(coach, passages(12, newVersion));
      const range = await store.range(coach, { documentId: handbook, version: oldVersion, from: 9, limit: 2 });
      expect(range).toEqual(passages(12).slice(9, 11));
      expect(await store.range(coach, { documentId: handbook, version: oldVersion, from: 12, limit: 2 })).toEqual([]);
    });

    it('deletes one document, all or all but one version, and says how many chunks went', async () => {
      const other = makeChunk({ name: 'other.md' });
      await store.put(coach, [...passages(3), ...passages(2, newVersion), other]);
      expect(await store.deleteDocument(coach, handbook, newVersion)).toBe(3);
      expect(
        await store.get(
          coach,
          passages(3).map(({ id }) => id),
        ),
      ).toEqual([]);
      expect(await store.count(coach)).toBe(3);
      expect(await store.deleteDocument(coach, handbook)).toBe(2);
      expect(await store.deleteDocument(coach, handbook)).toBe(0);
      expect(await store.get(coach, [other.id])).toEqual([other]);
    });

    it('knows nothing of a creator that has put nothing', async () => {
      expect(await store.count(team)).toBe(0);
      expect(await store.get(team, [makeChunk().id])).toEqual([]);
      expect(await store.deleteDocument(team, handbook)).toBe(0);
      expect(await store.eraseCreator(team)).toBe(0);
    });

    it('refuses a chunk of another creator, and writes none of that call', async () => {
      const chunks = [makeChunk(), makeChunk({ creator: 'team' })];
      await expect(store.put(coach, chunks)).rejects.toMatchObject({ name: 'DocentError' });
      expect(await store.count(coach)).toBe(0);
      expect(await store.count(team)).toBe(0);
    });

    it('takes 500 chunks or ids a call and refuses more', async () => {
      const chunks = passages(501);
      await store.put(coach, chunks.slice(0, 500));
      expect(
        await store.get(
          coach,
          chunks.slice(0, 500).map(({ id }) => id),
        ),
      ).toHaveLength(500);
      await expect(store.put(coach, chunks)).rejects.toMatchObject({ name: 'DocentError' });
      await expect(
        store.get(
          coach,
          chunks.map(({ id }) => id),
        ),
      ).rejects.toMatchObject({ name: 'DocentError' });
    });

    it('erases a creator, says how many chunks went, and leaves the others', async () => {
      await store.put(coach, passages(3));
      await store.put(team, [makeChunk({ creator: 'team' })]);
      expect(await store.eraseCreator(coach)).toBe(3);
      expect(await store.count(coach)).toBe(0);
      expect(await store.count(team)).toBe(1);
      await store.put(coach, passages(1));
      expect(await store.count(coach)).toBe(1);
    });

    it('still has every chunk after a restart', async () => {
      await store.put(coach, passages(3));
      await subject.reopen();
      expect(
        await subject.port.get(
          coach,
          passages(3).map(({ id }) => id),
        ),
      ).toEqual(passages(3));
    });

    it('gives each creator exactly its own chunks after any operations', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(knowledgeOperations, async (operations) => {
          run += 1;
          const { rooms, everMade } = await replay(operations, `run-${run}`, {
            put: (creatorId, chunks) => store.put(creatorId, chunks),
            deleteDocument: (creatorId, documentId, keep) => store.deleteDocument(creatorId, documentId, keep),
            eraseCreator: (creatorId) => store.eraseCreator(creatorId),
          });
          for (const [creatorId, expected] of rooms) await expectExactly(creatorId, expected, everMade);
        }),
        { numRuns: 20 },
      );
    });

    async function expectExactly(
      creatorId: CreatorId,
      expected: ReadonlyMap<ChunkId, Chunk>,
      everMade: readonly ChunkId[],
    ) {
      expect(await store.count(creatorId)).toBe(expected.size);
      const found = await store.get(creatorId, everMade);
      expect(found).toEqual(everMade.flatMap((id) => expected.get(id) ?? []));
    }

    it('goes through every chunk, at most 500 at a time', async () => {
      const chunks = passages(1_100);
      for (let from = 0; from < chunks.length; from += 500) await store.put(coach, chunks.slice(from, from + 500));
      await store.put(team, [makeChunk({ creator: 'team' })]);
      const pages = await all(coach);
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(500);
      expect(new Map(pages.flat().map((chunk) => [chunk.id, chunk]))).toEqual(
        new Map(chunks.map((chunk) => [chunk.id, chunk])),
      );
      expect((await all(creatorIdSchema.parse('nobody'))).flat()).toEqual([]);
    });

    it('meets every chunk that stays while others come and go', async () => {
      const [leaving, staying] = [passages(600, oldVersion), passages(600, newVersion)];
      for (const chunks of [leaving, staying])
        for (let from = 0; from < chunks.length; from += 500) await store.put(coach, chunks.slice(from, from + 500));
      const met = new Set<ChunkId>();
      for await (const page of store.all(coach, new AbortController().signal)) {
        for (const { id } of page) met.add(id);
        await store.deleteDocument(coach, handbook, newVersion);
        await store.put(coach, [makeChunk({ name: 'other.md' })]);
      }
      expect(staying.filter(({ id }) => !met.has(id))).toEqual([]);
    });

    it('stops going through the chunks when it is aborted', async () => {
      await store.put(coach, passages(1));
      const pages = store.all(coach, AbortSignal.abort())[Symbol.asyncIterator]();
      await expect(pages.next()).rejects.toMatchObject({ name: 'AbortError' });
    });

    async function all(creatorId: CreatorId): Promise<(readonly Chunk[])[]> {
      const pages = [];
      for await (const page of store.all(creatorId, new AbortController().signal)) pages.push(page);
      return pages;
    }

    it('says that it is healthy', async () => {
      expect(await store.health(new AbortController().signal)).toMatchObject({ state: 'healthy' });
    });
  });
}

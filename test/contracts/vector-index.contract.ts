import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { creatorIdSchema, documentIdOf, documentVersionSchema } from '../../src/core/ids.js';
import type { Chunk } from '../../src/core/ports/chunk-store.js';
import type { EmbeddingSpace, VectorIndex } from '../../src/core/ports/vector-index.js';
import { makeChunk } from '../support/make-chunk.js';
import { knowledgeOperations, replay } from './knowledge-operations.js';
import type { CreateSubject, Subject } from './subject.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');
const handbook = documentIdOf(coach, 'handbook.md');
const oldVersion = documentVersionSchema.parse('0'.repeat(16));
const newVersion = documentVersionSchema.parse('1'.repeat(16));
const space: EmbeddingSpace = { embedderId: 'model-a', dimensions: 3 };
const { signal } = new AbortController();

/** The unit vector in the plane at this angle to the first axis. */
const at = (degrees: number): Float32Array => {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(angle), Math.sin(angle), 0);
};

/** What every vector index promises. */
export function describeVectorIndexContract(name: string, createSubject: CreateSubject<VectorIndex>): void {
  describe(`VectorIndex contract: ${name}`, () => {
    let subject: Subject<VectorIndex>;
    let index: VectorIndex;
    beforeEach(async () => {
      subject = await createSubject();
      index = subject.port;
    });

    const near = (embedding: Float32Array, limit = 100) => index.candidates(coach, { space, embedding, limit, signal });
    const nearIds = async (embedding: Float32Array, limit = 100) =>
      (await near(embedding, limit)).map(({ chunkId }) => chunkId);
    /** Indexes one chunk an angle. */
    async function learn(...angles: number[]): Promise<Chunk[]> {
      const chunks = angles.map((_, position) => makeChunk({ index: position }));
      await index.upsert(
        coach,
        space,
        chunks.map((chunk, position) => ({ chunk, embedding: at(angles[position] ?? 0) })),
      );
      return chunks;
    }

    describe('search', () => {
      it('gives the nearest chunks first, with the cosine of the angle', async () => {
        const [right, opposite, same, sixty] = await learn(90, 180, 0, 60);
        const found = await near(at(0));
        expect(found.map(({ chunkId }) => chunkId)).toEqual([same?.id, sixty?.id, right?.id, opposite?.id]);
        for (const [position, cosine] of [1, 0.5, 0, -1].entries())
          expect(found[position]?.similarity).toBeCloseTo(cosine, 5);
      });

      it('gives at most as many candidates as asked for, and all when there are fewer', async () => {
        const [, ten, five] = await learn(80, 10, 5);
        expect(await nearIds(at(0), 2)).toEqual([five?.id, ten?.id]);
        expect(await nearIds(at(0), 10_000)).toHaveLength(3);
      });

      it('never gives a similarity outside −1 to 1', async () => {
        await learn(...Array.from({ length: 72 }, (_, position) => position * 5));
        for (let angle = 0; angle < 360; angle += 5) {
          const similarities = (await near(at(angle))).map(({ similarity }) => similarity);
          expect(Math.max(...similarities)).toBeLessThanOrEqual(1);
          expect(Math.min(...similarities)).toBeGreaterThanOrEqual(-1);
        }
      });

      it('finds nothing for a creator without vectors', async () => {
        await learn(0);
        expect(await index.candidates(team, { space, embedding: at(0), limit: 5, signal })).toEqual([]);
        expect(await index.stats(team)).toBeUndefined();
      });

      it('reads a vector that lies inside a larger buffer', async () => {
        const buffer = Float32Array.of(9, 9, 0, 1, 0, 9);
        const chunk = makeChunk();
        await index.upsert(coach, space, [{ chunk, embedding: buffer.subarray(2, 5) }]);
        expect((await near(at(90)))[0]?.similarity).toBeCloseTo(1, 5);
      });

      it('rejects with the reason when the signal is aborted', async () => {
        const reason = new Error('enough');
        const query = { space, embedding: at(0), limit: 1, signal: AbortSignal.abort(reason) };
        await expect(index.candidates(coach, query)).rejects.toBe(reason);
      });
    });

    describe('spaces', () => {
      const others: EmbeddingSpace[] = [
        { embedderId: 'model-b', dimensions: 3 },
        { embedderId: 'model-a', dimensions: 2 },
      ];
      const unit = ({ dimensions }: EmbeddingSpace) =>
        Float32Array.from({ length: dimensions }, (_, axis) => (axis === 0 ? 1 : 0));

      it.each(others)(
        'refuses vectors and questions of another space: $embedderId, $dimensions dimensions',
        async (other) => {
          const [kept] = await learn(0);
          const mismatch = { code: 'EMBEDDER_MISMATCH', userMessage: expect.stringContaining('Re-index') as string };
          const entries = [{ chunk: makeChunk({ index: 9 }), embedding: unit(other) }];
          await expect(index.upsert(coach, other, entries)).rejects.toMatchObject(mismatch);
          await expect(
            index.candidates(coach, { space: other, embedding: unit(other), limit: 1, signal }),
          ).rejects.toMatchObject(mismatch);
          expect(await nearIds(at(0))).toEqual([kept?.id]);
        },
      );

      it.each(others)(
        'takes another space once the creator is erased: $embedderId, $dimensions dimensions',
        async (other) => {
          await learn(0, 90);
          await index.eraseCreator(coach);
          expect(await index.stats(coach)).toBeUndefined();
          await index.upsert(coach, other, [{ chunk: makeChunk(), embedding: unit(other) }]);
          expect(await index.stats(coach)).toEqual({ space: other, vectors: 1 });
          expect(
            await index.candidates(coach, { space: other, embedding: unit(other), limit: 5, signal }),
          ).toHaveLength(1);
        },
      );

      it('are each creator’s own', async () => {
        await learn(0);
        const [, other] = others;
        if (other === undefined) throw new Error('no other space');
        await index.upsert(team, other, [{ chunk: makeChunk({ creator: 'team' }), embedding: unit(other) }]);
        expect(await index.stats(coach)).toEqual({ space, vectors: 1 });
        expect(await index.stats(team)).toEqual({ space: other, vectors: 1 });
      });

      it.each([
        ['too short', Float32Array.of(1, 0)],
        ['too long', Float32Array.of(1, 0, 0, 0)],
        ['all zeros', Float32Array.of(0, 0, 0)],
        ['not of unit length', Float32Array.of(1, 1, 1)],
        ['no numbers', Float32Array.of(Number.NaN, 0, 0)],
      ])('keep out a vector that is %s', async (_title, embedding) => {
        await learn(0);
        await expect(index.upsert(coach, space, [{ chunk: makeChunk({ index: 9 }), embedding }])).rejects.toMatchObject(
          { name: 'DocentError' },
        );
        await expect(near(embedding)).rejects.toMatchObject({ name: 'DocentError' });
        expect(await index.stats(coach)).toEqual({ space, vectors: 1 });
      });
    });

    describe('writing', () => {
      it('keeps one vector a chunk, the last that was written', async () => {
        const [chunk] = await learn(0);
        if (chunk === undefined) throw new Error('no chunk');
        await index.upsert(coach, space, [
          { chunk, embedding: at(45) },
          { chunk, embedding: at(90) },
        ]);
        const found = await near(at(90));
        expect(found).toHaveLength(1);
        expect(found[0]?.similarity).toBeCloseTo(1, 5);
        expect(await index.stats(coach)).toEqual({ space, vectors: 1 });
      });

      it('says which chunks have a vector', async () => {
        const [first, second] = await learn(0, 10);
        const missing = makeChunk({ index: 9 }).id;
        expect(await index.present(coach, [missing, second?.id ?? missing, first?.id ?? missing])).toEqual(
          new Set([first?.id, second?.id]),
        );
        expect(await index.present(team, first === undefined ? [] : [first.id])).toEqual(new Set());
      });

      it('takes ids twice, and none', async () => {
        const [chunk] = await learn(0);
        if (chunk === undefined) throw new Error('no chunk');
        expect(await index.present(coach, [chunk.id, chunk.id])).toEqual(new Set([chunk.id]));
        expect(await index.present(coach, [])).toEqual(new Set());
        await index.upsert(coach, space, []);
        expect(await index.stats(coach)).toEqual({ space, vectors: 1 });
      });

      it('deletes one document, all or all but one version', async () => {
        const [oldChunk, newChunk] = [makeChunk({ version: oldVersion }), makeChunk({ version: newVersion })];
        const other = makeChunk({ name: 'other.md' });
        await index.upsert(
          coach,
          space,
          [oldChunk, newChunk, other].map((chunk, position) => ({ chunk, embedding: at(position) })),
        );
        await index.deleteDocument(coach, handbook, newVersion);
        expect(await nearIds(at(0))).toEqual([newChunk.id, other.id]);
        expect(await index.present(coach, [oldChunk.id, newChunk.id])).toEqual(new Set([newChunk.id]));
        await index.deleteDocument(coach, handbook);
        await index.deleteDocument(coach, handbook);
        expect(await nearIds(at(0))).toEqual([other.id]);
        expect(await index.stats(coach)).toEqual({ space, vectors: 1 });
      });

      it('takes 500 vectors or ids a call and refuses more', async () => {
        const chunks = Array.from({ length: 501 }, (_, position) => makeChunk({ index: position }));
        const entries = chunks.map((chunk, position) => ({ chunk, embedding: at(position) }));
        await index.upsert(coach, space, entries.slice(0, 500));
        expect(
          await index.present(
            coach,
            chunks.slice(0, 500).map(({ id }) => id),
          ),
        ).toHaveLength(500);
        await expect(index.upsert(coach, space, entries)).rejects.toMatchObject({ name: 'DocentError' });
        await expect(
          index.present(
            coach,
            chunks.map(({ id }) => id),
          ),
        ).rejects.toMatchObject({ name: 'DocentError' });
      });

      it('refuses a chunk of another creator', async () => {
        const entry = { chunk: makeChunk({ creator: 'team' }), embedding: at(0) };
        await expect(index.upsert(coach, space, [entry])).rejects.toMatchObject({ name: 'DocentError' });
        expect(await index.stats(coach)).toBeUndefined();
      });

      it('still has every vector and the space after a restart', async () => {
        const [chunk] = await learn(0);
        await subject.reopen();
        expect(await subject.port.stats(coach)).toEqual({ space, vectors: 1 });
        expect(await subject.port.candidates(coach, { space, embedding: at(0), limit: 1, signal })).toMatchObject([
          { chunkId: chunk?.id },
        ]);
      });

      it('finds for each creator exactly its own chunks after any operations', async () => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(knowledgeOperations, async (operations) => {
            run += 1;
            const { rooms, everMade } = await replay(operations, `run-${run}`, {
              put: (creatorId, chunks) =>
                index.upsert(
                  creatorId,
                  space,
                  chunks.map((chunk) => ({ chunk, embedding: at(chunk.index) })),
                ),
              deleteDocument: (creatorId, documentId, keep) => index.deleteDocument(creatorId, documentId, keep),
              eraseCreator: (creatorId) => index.eraseCreator(creatorId),
            });
            for (const [creatorId, expected] of rooms) {
              const found = await index.candidates(creatorId, { space, embedding: at(0), limit: 100, signal });
              expect(found.map(({ chunkId }) => chunkId).toSorted()).toEqual([...expected.keys()].toSorted());
              expect(await index.present(creatorId, everMade)).toEqual(new Set(expected.keys()));
            }
          }),
          { numRuns: 20 },
        );
      });
    });

    it('says that it is healthy', async () => {
      expect(await index.health(signal)).toMatchObject({ state: 'healthy' });
    });
  });
}

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ChunkId,
  type CreatorId,
  creatorIdSchema,
  documentIdOf,
  documentVersionSchema,
} from '../../src/core/ids.js';
import type { Chunk, ChunkChange, ChunkStore } from '../../src/core/ports/chunk-store.js';
import { makeChunk } from '../support/make-chunk.js';
import { knowledgeOperations, replay } from './knowledge-operations.js';
import type { CreateSubject, Subject } from './subject.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');
const handbook = documentIdOf(coach, 'handbook.md');
const version = documentVersionSchema.parse('0'.repeat(16));
const { signal } = new AbortController();

/**
 * What every chunk store with a log promises besides.
 * @param keptChanges the log of the subjects reaches back over so many puts of one chunk, and not over twice as many
 */
export function describeChunkLogContract(
  name: string,
  createSubject: CreateSubject<Required<ChunkStore>>,
  keptChanges: number,
): void {
  describe(`ChunkLog contract: ${name}`, () => {
    let subject: Subject<Required<ChunkStore>>;
    beforeEach(async () => {
      subject = await createSubject();
      await store().put(coach, [passage(99)]);
    });
    const store = (): Required<ChunkStore> => subject.port;
    const end = async (creatorId = coach): Promise<string> => (await store().log.end(creatorId, signal)) ?? 'none';
    const changesAfter = async (place: string, creatorId = coach): Promise<readonly ChunkChange[] | undefined> =>
      (await store().log.after(creatorId, place, signal))?.changes;
    const passage = (index: number, creator = 'coach'): Chunk => makeChunk({ index, version, creator });

    it('has no end where nothing is kept', async () => {
      expect(await store().log.end(team, signal)).toBeUndefined();
    });

    it('tells what was put and deleted, oldest first', async () => {
      const place = await end();
      await store().put(coach, [passage(0), passage(1)]);
      await store().deleteDocument(coach, handbook);
      await store().put(coach, [passage(2)]);
      await store().put(coach, [makeChunk({ index: 3, version: '1'.repeat(16) })]);
      await store().deleteDocument(coach, handbook, version);
      expect(await changesAfter(place)).toEqual([
        { kind: 'put', ids: [passage(0).id, passage(1).id] },
        { kind: 'delete', documentId: handbook, keep: null },
        { kind: 'put', ids: [passage(2).id] },
        { kind: 'put', ids: [makeChunk({ index: 3, version: '1'.repeat(16) }).id] },
        { kind: 'delete', documentId: handbook, keep: version },
      ]);
    });

    it('tells each change once to who goes on from the place behind it', async () => {
      const start = await end();
      await store().put(coach, [passage(0)]);
      const first = await store().log.after(coach, start, signal);
      expect(first?.changes).toHaveLength(1);
      expect(await store().log.after(coach, first?.place ?? '', signal)).toEqual({ changes: [], place: first?.place });
      await store().put(coach, [passage(1)]);
      expect(await changesAfter(first?.place ?? '')).toEqual([{ kind: 'put', ids: [passage(1).id] }]);
      expect(await changesAfter(await end())).toEqual([]);
    });

    it('keeps the creators apart', async () => {
      const place = await end();
      await store().put(team, [passage(0, 'team')]);
      await store().eraseCreator(team);
      expect(await changesAfter(place)).toEqual([]);
    });

    it('tells of an erasure, or does not reach back over it', async () => {
      await store().put(coach, [passage(0)]);
      const place = await end();
      await store().eraseCreator(coach);
      expect((await changesAfter(place)) ?? [{ kind: 'erase' }]).toContainEqual({ kind: 'erase' });
    });

    it('does not pass over an erasure when the creator starts anew', async () => {
      for (let count = 1; count < 4; count += 1) {
        await store().put(coach, [passage(0)]);
        const place = await end();
        await store().eraseCreator(coach);
        for (let index = 0; index < count; index += 1) await store().put(coach, [passage(index)]);
        expect((await changesAfter(place)) ?? [{ kind: 'erase' }]).toContainEqual({ kind: 'erase' });
        await store().eraseCreator(coach);
      }
    });

    it('loses none of many changes at once, and tells them in an order that all followers share', async () => {
      const place = await end();
      await Promise.all(Array.from({ length: 40 }, (_, index) => store().put(coach, [passage(index)])));
      const changes = (await changesAfter(place)) ?? [];
      const ids = changes.flatMap((change) => (change.kind === 'put' ? change.ids : []));
      expect(new Set(ids)).toEqual(new Set(Array.from({ length: 40 }, (_, index) => passage(index).id)));
      expect(await changesAfter(place)).toEqual(changes);
    });

    it('does not reach back for ever', async () => {
      const place = await end();
      for (let count = 0; count < keptChanges; count += 1) await store().put(coach, [passage(count)]);
      const later = await end();
      expect(await changesAfter(place)).toBeDefined();
      for (let count = 0; count < keptChanges; count += 1) await store().put(coach, [passage(count)]);
      expect(await changesAfter(place)).toBeUndefined();
      expect(await changesAfter(later)).toBeDefined();
    });

    it('goes on over a crash', async () => {
      const place = await end();
      await store().put(coach, [passage(0)]);
      await subject.reopen();
      await store().put(coach, [passage(1)]);
      expect(await changesAfter(place)).toHaveLength(2);
    });

    it('leads a follower to what the store holds, whatever is done and whenever it looks', async () => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(knowledgeOperations, fc.infiniteStream(fc.boolean()), async (operations, looks) => {
          run += 1;
          const followers = new Map<CreatorId, Follower>();
          const looking = async (creatorId: CreatorId, work: () => Promise<unknown>): Promise<void> => {
            const follower = followers.get(creatorId) ?? { place: undefined, chunks: new Map() };
            followers.set(creatorId, follower);
            if (looks.next().value) await catchUp(store(), creatorId, follower);
            await work();
          };
          const { rooms } = await replay(operations, `run-${run}`, {
            put: (creatorId, chunks) => looking(creatorId, () => store().put(creatorId, chunks)),
            deleteDocument: (creatorId, documentId, keep) =>
              looking(creatorId, () => store().deleteDocument(creatorId, documentId, keep)),
            eraseCreator: (creatorId) => looking(creatorId, () => store().eraseCreator(creatorId)),
          });
          for (const [creatorId, follower] of followers) {
            await catchUp(store(), creatorId, follower);
            expect(follower.chunks).toEqual(rooms.get(creatorId));
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

interface Follower {
  place: string | undefined;
  readonly chunks: Map<ChunkId, Chunk>;
}

/** What an index does that follows the log. */
async function catchUp(store: Required<ChunkStore>, creatorId: CreatorId, follower: Follower): Promise<void> {
  const news = follower.place === undefined ? undefined : await store.log.after(creatorId, follower.place, signal);
  if (news === undefined) {
    follower.place = await store.log.end(creatorId, signal);
    follower.chunks.clear();
    for await (const page of store.all(creatorId, signal))
      for (const chunk of page) follower.chunks.set(chunk.id, chunk);
    return;
  }
  follower.place = news.place;
  for (const change of news.changes) {
    if (change.kind === 'erase') follower.chunks.clear();
    else if (change.kind === 'put')
      for (const chunk of await store.get(creatorId, change.ids)) follower.chunks.set(chunk.id, chunk);
    else
      for (const chunk of follower.chunks.values())
        if (chunk.documentId === change.documentId && chunk.version !== change.keep) follower.chunks.delete(chunk.id);
  }
}

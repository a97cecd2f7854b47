import { describe, expect, it } from 'vitest';
import { creatorIdSchema } from '../../src/core/ids.js';
import type { KeywordIndex } from '../../src/core/ports/keyword-index.js';
import { makeChunk } from '../support/make-chunk.js';
import type { CreateSubject } from './subject.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');

/** What a keyword index promises of its replica, where it has one: part of the contract of every keyword index. */
export function describeReplicaContract(createSubject: CreateSubject<KeywordIndex>): void {
  describe('its replica, where it lives in one process', () => {
    it('remembers for each creator up to where it followed, also after a restart', async () => {
      const subject = await createSubject();
      const { replica } = subject.port;
      if (replica === undefined) return;
      expect(await replica.place(coach)).toBeUndefined();
      await replica.setPlace(coach, '17');
      await replica.setPlace(coach, '18');
      await subject.reopen();
      expect(await subject.port.replica?.place(coach)).toBe('18');
      expect(await subject.port.replica?.place(team)).toBeUndefined();
    });

    it('holds the text of chunks beside their words, each chunk once', async () => {
      const { port } = await createSubject();
      if (port.replica === undefined) return;
      const chunk = makeChunk();
      await port.replica.put(coach, [chunk, makeChunk({ index: 1 })]);
      await port.replica.put(coach, [chunk]);
      expect(await port.replica.chunkStore.get(coach, [chunk.id])).toEqual([chunk]);
      const { signal } = new AbortController();
      const { candidates } = await port.candidates(coach, { text: 'passage', limit: 10, signal });
      expect(candidates).toHaveLength(2);
    });

    it('knows nothing of a creator whose words and text were erased, and forgets the place with the words', async () => {
      const { port } = await createSubject();
      if (port.replica === undefined) return;
      for (const creatorId of [coach, team]) {
        await port.replica.put(creatorId, [makeChunk({ creator: creatorId })]);
        await port.replica.setPlace(creatorId, '17');
      }
      expect((await port.replica.creators()).toSorted()).toEqual([coach, team]);
      await port.eraseCreator(coach);
      expect(await port.replica.place(coach)).toBeUndefined();
      await port.replica.chunkStore.eraseCreator(coach);
      expect(await port.replica.creators()).toEqual([team]);
      expect(await port.replica.place(team)).toBe('17');
    });
  });
}

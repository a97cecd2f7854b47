import { statSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createChunkStore } from '../../../src/adapters/sqlite/chunk-store.js';
import { createKeywordIndex } from '../../../src/adapters/sqlite/keyword-index.js';
import { createKnowledgeDatabases, type KnowledgeDatabases } from '../../../src/adapters/sqlite/knowledge-database.js';
import { createVectorIndex } from '../../../src/adapters/sqlite/vector-index.js';
import { type CreatorId, creatorIdSchema } from '../../../src/core/ids.js';
import { makeChunk } from '../../support/make-chunk.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');
const space = { embedderId: 'model-a', dimensions: 2 };
const embedding = Float32Array.of(1, 0);
const { signal } = new AbortController();

describe('the knowledge files', () => {
  let folder: string;
  let knowledge: KnowledgeDatabases;
  beforeEach(async () => {
    folder = path.join(await temporaryFolder(), 'knowledge');
    knowledge = createKnowledgeDatabases({ folder, maxOpen: 2 });
    onTestFinished(() => knowledge.close());
  });

  const files = async (): Promise<string[]> => {
    const names: string[] = await readdir(folder).catch(() => []);
    return names.toSorted();
  };
  /** The creators whose files are open and have been written to: closing empties the log. */
  const open = async (): Promise<string[]> => {
    const logs = (await files()).filter((file) => file.endsWith('.sqlite-wal'));
    return (
      logs
        // A closed file's log may go between the look at the folder and this one.
        .filter((file) => (statSync(path.join(folder, file), { throwIfNoEntry: false })?.size ?? 0) > 0)
        .map((file) => path.basename(file, '.sqlite-wal'))
    );
  };
  const stores = () => ({
    chunks: createChunkStore(knowledge),
    keywords: createKeywordIndex(knowledge),
    vectors: createVectorIndex(knowledge),
  });
  async function learn(creatorId: CreatorId): Promise<void> {
    const { chunks, keywords, vectors } = stores();
    const chunk = makeChunk({ creator: creatorId });
    await chunks.put(creatorId, [chunk]);
    await keywords.upsert(creatorId, [chunk]);
    await vectors.upsert(creatorId, space, [{ chunk, embedding }]);
  }

  it('are one a creator, and none for a creator that is only asked about', async () => {
    const { chunks, keywords, vectors } = stores();
    await chunks.count(team);
    await keywords.candidates(team, { text: 'passage', limit: 1, signal });
    await vectors.candidates(team, { space, embedding, limit: 1, signal });
    await vectors.deleteDocument(team, makeChunk({ creator: 'team' }).documentId);
    expect(await files()).toEqual([]);
    await learn(coach);
    await learn(team);
    expect((await files()).filter((file) => file.endsWith('.sqlite'))).toEqual(['coach.sqlite', 'team.sqlite']);
  });

  it('are gone, with their logs, when a creator is erased from all three stores in any order', async () => {
    const { chunks, keywords, vectors } = stores();
    const orders = [
      [chunks, keywords, vectors],
      [vectors, chunks, keywords],
      [keywords, vectors, chunks],
    ];
    for (const order of orders) {
      await learn(coach);
      for (const store of order) {
        expect(await files()).toContain('coach.sqlite');
        await store.eraseCreator(coach);
      }
      expect(await files()).toEqual([]);
    }
  });

  it('keep chunks and words when the vectors alone are erased, and take vectors of another space then', async () => {
    await learn(coach);
    const { chunks, keywords, vectors } = stores();
    await vectors.eraseCreator(coach);
    expect(await vectors.stats(coach)).toBeUndefined();
    expect(await chunks.count(coach)).toBe(1);
    expect((await keywords.candidates(coach, { text: 'passage', limit: 1, signal })).candidates).toHaveLength(1);
    const other = { embedderId: 'model-b', dimensions: 3 };
    await vectors.upsert(coach, other, [{ chunk: makeChunk(), embedding: Float32Array.of(0, 1, 0) }]);
    expect(await vectors.stats(coach)).toEqual({ space: other, vectors: 1 });
  });

  it('keep chunks and vectors when the words alone are erased, and count words anew then', async () => {
    await learn(coach);
    const { chunks, keywords, vectors } = stores();
    const passage = () => keywords.candidates(coach, { text: 'passage', limit: 1, signal });
    await keywords.eraseCreator(coach);
    expect(await passage()).toMatchObject({ terms: [{ inverseDocumentFrequency: Math.log(2) }], candidates: [] });
    expect([await chunks.count(coach), await vectors.stats(coach)]).toEqual([1, { space, vectors: 1 }]);
    await keywords.upsert(coach, [makeChunk()]);
    expect(await passage()).toMatchObject({
      terms: [{ inverseDocumentFrequency: Math.log(1 + 0.5 / 1.5) }],
      candidates: [{}],
    });
  });

  it('are open in bounded number, the least recently used is closed', async () => {
    const { chunks } = stores();
    const put = (creator: string) => chunks.put(creatorIdSchema.parse(creator), [makeChunk({ creator })]);
    for (const creator of ['one', 'two', 'one', 'three']) await put(creator);
    expect(await open()).toEqual(['one', 'three']);
    expect(await chunks.count(creatorIdSchema.parse('two'))).toBe(1);
    await put('two');
    expect(await open()).toEqual(['three', 'two']);
  });

  it('serve many creators at once, whatever the bound', async () => {
    const { chunks } = stores();
    const creators = Array.from({ length: 20 }, (_, position) => `creator-${position}`);
    await Promise.all(creators.map((creator) => chunks.put(creatorIdSchema.parse(creator), [makeChunk({ creator })])));
    expect(await open()).toHaveLength(2);
    const counts = await Promise.all(creators.map((creator) => chunks.count(creatorIdSchema.parse(creator))));
    expect(counts).toEqual(creators.map(() => 1));
  });

  it('let calls that wait while a creator is erased end well', async () => {
    await learn(coach);
    const { chunks, keywords, vectors } = stores();
    await knowledge.close();
    const id = makeChunk().id;
    await Promise.all([
      chunks.count(coach),
      chunks.eraseCreator(coach),
      keywords.eraseCreator(coach),
      vectors.eraseCreator(coach),
      chunks.get(coach, [id]),
      vectors.present(coach, [id]),
      keywords.candidates(coach, { text: 'passage', limit: 1, signal }),
    ]);
    expect(await files()).toEqual([]);
  });

  it('are refused when they belong to another creator', async () => {
    await learn(coach);
    await knowledge.close();
    await copyFile(path.join(folder, 'coach.sqlite'), path.join(folder, 'team.sqlite'));
    const expected = {
      code: 'ENGINE_UNAVAILABLE',
      userMessage: expect.stringContaining('belongs to another creator') as string,
    };
    await expect(stores().chunks.count(team)).rejects.toMatchObject(expected);
    expect(await stores().chunks.count(coach)).toBe(1);
  });

  it('that are broken are named in the error, and work again once replaced', async () => {
    await mkdir(folder);
    const file = path.join(folder, 'coach.sqlite');
    await writeFile(file, 'not a database at all, but long enough to be read as the header of one, surely'.repeat(20));
    const expected = { code: 'ENGINE_UNAVAILABLE', userMessage: expect.stringContaining(file) as string };
    await expect(stores().keywords.candidates(coach, { text: 'passage', limit: 1, signal })).rejects.toMatchObject(
      expected,
    );
    await rm(file);
    await learn(coach);
    expect(await stores().chunks.count(coach)).toBe(1);
  });

  it('report a row of a wrong shape as such', async () => {
    await learn(coach);
    await knowledge.use(coach, (database) => database.run(`UPDATE chunks SET body = '{"id":"x"}'`));
    await expect(stores().chunks.get(coach, [makeChunk().id])).rejects.toMatchObject({ code: 'RECORD_INVALID' });
  });

  it('lose a long document whole, in transactions that let other calls in between', async () => {
    const { chunks, keywords, vectors } = stores();
    const long = Array.from({ length: 1_100 }, (_, index) => makeChunk({ index }));
    for (let from = 0; from < long.length; from += 500) {
      const batch = long.slice(from, from + 500);
      await chunks.put(coach, batch);
      await keywords.upsert(coach, batch);
      await vectors.upsert(
        coach,
        space,
        batch.map((chunk) => ({ chunk, embedding })),
      );
    }
    const { documentId } = makeChunk();
    const deleting = chunks.deleteDocument(coach, documentId);
    expect(await chunks.count(coach)).toBe(600);
    expect(await deleting).toBe(1_100);
    await keywords.deleteDocument(coach, documentId);
    await vectors.deleteDocument(coach, documentId);
    expect(await chunks.count(coach)).toBe(0);
    expect((await keywords.candidates(coach, { text: 'passage', limit: 1, signal })).candidates).toEqual([]);
    expect(await vectors.stats(coach)).toEqual({ space, vectors: 0 });
  });

  it('give the space of deleted vectors to new ones', async () => {
    const { vectors } = stores();
    const blocks = () =>
      knowledge.use(coach, (database) => database.get('SELECT count(*) AS n FROM vectors_chunks')?.['n']);
    const replace = async (round: number): Promise<void> => {
      const version = round.toString(16).padStart(16, '0');
      const entries = Array.from({ length: 300 }, (_, index) => ({ chunk: makeChunk({ version, index }), embedding }));
      await vectors.upsert(coach, space, entries);
      const first = entries[0]?.chunk;
      if (first !== undefined) await vectors.deleteDocument(coach, first.documentId, first.version);
    };
    await replace(0);
    const before = Number(await blocks());
    for (let round = 1; round < 10; round += 1) await replace(round);
    expect(Number(await blocks())).toBeLessThanOrEqual(before + 1);
  });

  it('are healthy where they can be written, and say what to do where not', async () => {
    expect(await knowledge.health()).toMatchObject({ state: 'healthy' });
    const blocked = path.join(folder, 'a-file');
    await writeFile(blocked, '');
    const health = await createKnowledgeDatabases({ folder: path.join(blocked, 'knowledge') }).health();
    expect(health).toMatchObject({ state: 'unhealthy', fix: expect.stringContaining('may write') as string });
  });

  it('are unhealthy while the disk is full', async () => {
    await knowledge.health();
    await symlink('/dev/full', path.join(folder, '.health'));
    expect(await knowledge.health()).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringContaining('disk is not full') as string,
    });
    expect(await files()).toEqual([]);
  });
});

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { useChromaServer } from '../../support/chroma-server.js';
import { describeWith } from '../../support/obtained.js';
import { at, coach, idsOf, makeEntries, nearest, space } from './knowledge.js';
import { openIndex } from './subject.js';

const NAME = 'creator_coach_knowledge';
const other = { embedderId: 'model-b', dimensions: 3 };

describeWith('chroma', 'the collections of Chroma', (part) => {
  const server = useChromaServer(part);

  it('are one a creator, with cosine distance and the embedder beside it', async () => {
    const { index, client } = await openIndex(server());
    await index.upsert(coach, space, makeEntries(1));
    const [collection, ...others] = await client.listCollections();
    expect(others).toEqual([]);
    expect(collection).toMatchObject({
      name: NAME,
      configuration: { hnsw: { space: 'cosine' }, embedding_function: null },
      metadata: { creator_id: 'coach', embedder_id: 'model-a', embedder_dimensions: 3 },
    });
  });

  it('hold each passage with its text and its metadata', async () => {
    const { index, client } = await openIndex(server());
    const [entry] = makeEntries(1, 4);
    await index.upsert(coach, space, entry === undefined ? [] : [entry]);
    const collection = await client.getCollection({ name: NAME });
    expect((await collection.get()).rows()).toEqual([
      expect.objectContaining({
        id: entry?.chunk.id,
        document: 'Passage 4 of handbook.md.',
        metadata: {
          creator_id: 'coach',
          document_id: entry?.chunk.documentId,
          version: entry?.chunk.version,
          chunk_index: 4,
          source: 'handbook.md',
          created_at: '1970-01-01T00:00:00.000Z',
          token_count: 10,
        },
      }),
    ]);
  });

  describe.each([
    ['another distance', { metadata: { creator_id: 'coach', embedder_id: 'model-a', embedder_dimensions: 3 } }, '"l2"'],
    ['no embedder named', { configuration: { hnsw: { space: 'cosine' as const } } }, 'does not name'],
    [
      'another creator named',
      {
        configuration: { hnsw: { space: 'cosine' as const } },
        metadata: { creator_id: 'team', embedder_id: 'model-a', embedder_dimensions: 3 },
      },
      'does not name',
    ],
  ])('that somebody else made, with %s,', (_title, made, reason) => {
    const unfit = {
      code: 'INDEX_UNFIT',
      retryable: false,
      userMessage: expect.stringMatching(new RegExp(`"${NAME}".*${reason}.*docent reindex --creator coach`)) as string,
    };

    it('are refused, and left as they are', async () => {
      const { index, client } = await openIndex(server());
      const foreign = await client.createCollection({ name: NAME, embeddingFunction: null, ...made });
      await foreign.add({ ids: ['theirs'], embeddings: [[1, 0, 0]], documents: ['Their text.'] });
      await expect(nearest(index)).rejects.toMatchObject(unfit);
      await expect(index.upsert(coach, space, makeEntries(1))).rejects.toMatchObject(unfit);
      expect((await foreign.get()).ids).toEqual(['theirs']);
    });

    it('are told by the health check, with what to do', async () => {
      const { index, client } = await openIndex(server());
      await client.createCollection({ name: NAME, embeddingFunction: null, ...made });
      expect(await index.health(new AbortController().signal)).toEqual({
        state: 'degraded',
        detail: expect.stringContaining(reason) as string,
        fix: expect.stringContaining('docent reindex --creator coach') as string,
      });
    });

    it('can be erased, and are made anew then', async () => {
      const { index, client } = await openIndex(server());
      await client.createCollection({ name: NAME, embeddingFunction: null, ...made });
      await expect(nearest(index)).rejects.toMatchObject(unfit);
      expect(await index.stats(coach)).toBeUndefined();
      await index.eraseCreator(coach);
      const entries = makeEntries(1);
      await index.upsert(coach, space, entries);
      expect(await nearest(index)).toEqual(idsOf(entries));
    });
  });

  it('are found anew when somebody deleted them', async () => {
    const { index, client } = await openIndex(server());
    await index.upsert(coach, space, makeEntries(3));
    await client.deleteCollection({ name: NAME });
    expect(await nearest(index)).toEqual([]);
    expect(await index.stats(coach)).toBeUndefined();
    const entries = makeEntries(1, 7);
    await index.upsert(coach, space, entries);
    expect(await nearest(index)).toEqual(idsOf(entries));
  });

  it('are written anew when they are deleted between two writes', async () => {
    const { index, client } = await openIndex(server());
    await index.upsert(coach, space, makeEntries(3));
    await client.deleteCollection({ name: NAME });
    const entries = makeEntries(2, 7);
    await index.upsert(coach, space, entries);
    expect(await nearest(index)).toEqual(idsOf(entries));
  });

  it('are followed when another process indexes them anew with another embedder', async () => {
    const { index, again } = await openIndex(server());
    const worker = again();
    await worker.upsert(coach, other, makeEntries(1));
    await expect(nearest(index)).rejects.toMatchObject({
      code: 'EMBEDDER_MISMATCH',
      userMessage: expect.stringContaining('docent reindex --creator coach') as string,
    });
    await worker.eraseCreator(coach);
    const entries = makeEntries(2);
    await worker.upsert(coach, space, entries);
    expect(await nearest(index)).toEqual(idsOf(entries));
    await worker.eraseCreator(coach);
    await worker.upsert(coach, other, makeEntries(1));
    await expect(nearest(index)).rejects.toMatchObject({ code: 'EMBEDDER_MISMATCH' });
  });

  it('are of one space when two processes make one at the same moment', async () => {
    const { again } = await openIndex(server());
    const results = await Promise.allSettled([
      again().upsert(coach, space, makeEntries(1)),
      again().upsert(coach, other, makeEntries(1)),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'EMBEDDER_MISMATCH' },
    });
    expect(await again().stats(coach)).toMatchObject({ vectors: 1 });
  });

  it.each([
    ['database', { CHROMA_DATABASE: 'nowhere' }],
    ['tenant', { CHROMA_TENANT: 'nobody' }],
  ])('are not taken for missing when their %s is', async (_title, environment) => {
    const { again } = await openIndex(server());
    const index = again(environment);
    const missing = { code: 'ENGINE_UNAVAILABLE', userMessage: expect.stringContaining('has no database') as string };
    await expect(nearest(index)).rejects.toMatchObject(missing);
    await expect(index.upsert(coach, space, makeEntries(1))).rejects.toMatchObject(missing);
    await expect(index.eraseCreator(coach)).rejects.toMatchObject(missing);
    expect(await index.health(new AbortController().signal)).toMatchObject({
      state: 'unhealthy',
      detail: expect.stringContaining('has no database') as string,
      fix: expect.stringContaining('curl') as string,
    });
  });

  it('that somebody made with an embedding function print nothing beside the log', async () => {
    const { index, client } = await openIndex(server());
    const printed = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    onTestFinished(() => printed.mockRestore());
    await client.createCollection({ name: NAME });
    await client.getCollection({ name: NAME });
    expect(printed).toHaveBeenCalled();
    printed.mockClear();
    expect(await index.health(new AbortController().signal)).toMatchObject({ state: 'degraded' });
    await expect(nearest(index)).rejects.toMatchObject({ code: 'INDEX_UNFIT' });
    expect(printed).not.toHaveBeenCalled();
  });

  it('are counted beyond the hundred that the server lists at once', async () => {
    const { index, client } = await openIndex(server());
    const names = Array.from({ length: 130 }, (_, number) => `c${number}`);
    await Promise.all(
      names.map((creator) =>
        client.createCollection({
          name: `creator_${creator}_knowledge`,
          embeddingFunction: null,
          configuration: { hnsw: { space: 'cosine' } },
          metadata: { creator_id: creator, embedder_id: 'model-a', embedder_dimensions: 3 },
        }),
      ),
    );
    await client.createCollection({ name: 'somebody-elses', embeddingFunction: null });
    expect(await index.health(new AbortController().signal)).toMatchObject({
      state: 'healthy',
      detail: expect.stringMatching(
        /Chroma \S+ at http:\S+ has 130 of Docent's collections; Docent signs in with nothing/,
      ) as string,
    });
  });

  it('are erased with every row', async () => {
    const { index, client } = await openIndex(server());
    await index.upsert(coach, space, makeEntries(3));
    await index.eraseCreator(coach);
    await index.eraseCreator(coach);
    expect(await client.countCollections()).toBe(0);
    expect(
      await index.candidates(coach, { space, embedding: at(0), limit: 1, signal: new AbortController().signal }),
    ).toEqual([]);
  });
});

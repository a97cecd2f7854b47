import { expect, it } from 'vitest';
import { useChromaServer } from '../../support/chroma-server.js';
import { makeChunk } from '../../support/make-chunk.js';
import { describeWith } from '../../support/obtained.js';
import { startHttpProxy } from './http-proxy.js';
import { at, coach, idsOf, makeEntries, nearest, space } from './knowledge.js';
import { openIndex } from './subject.js';

const NAME = 'creator_coach_knowledge';
const { documentId, version } = makeChunk();

describeWith('chroma', 'the rows of Chroma', (part) => {
  const server = useChromaServer(part);

  it.each([
    ['of another creator', { creator_id: 'team', document_id: documentId, version }, 'f'.repeat(32), 0],
    ['without metadata', null, 'f'.repeat(32), 0],
    ['with an id of another shape', { creator_id: 'coach', document_id: documentId, version }, 'theirs', 1],
  ])('never come back when they are %s', async (_title, metadata, id, dropped) => {
    const { index, client, logger } = await openIndex(server());
    const entries = makeEntries(2, 10);
    await index.upsert(coach, space, entries);
    const collection = await client.getCollection({ name: NAME });
    const row = { ids: [id], embeddings: [[1, 0, 0]], documents: ['Theirs.'] };
    await collection.add(metadata === null ? row : { ...row, metadatas: [metadata] });
    expect(await nearest(index)).toEqual(idsOf(entries));
    expect(logger.lines.map(({ event, fields }) => ({ event, ...fields }))).toEqual(
      dropped === 0 ? [] : [{ event: 'chroma.rows-dropped', creatorId: 'coach', rows: dropped }],
    );
  });

  it('of another creator are not present, not counted and not deleted', async () => {
    const { index, client } = await openIndex(server());
    const [entry] = makeEntries(1);
    if (entry === undefined) throw new Error('no entry');
    await index.upsert(coach, space, [entry]);
    const collection = await client.getCollection({ name: NAME });
    const theirs = makeChunk({ index: 9 });
    await collection.add({
      ids: [theirs.id],
      embeddings: [[1, 0, 0]],
      documents: ['Theirs.'],
      metadatas: [{ creator_id: 'team', document_id: documentId, version }],
    });
    expect(await index.present(coach, [theirs.id, entry.chunk.id])).toEqual(new Set([entry.chunk.id]));
    expect(await index.stats(coach)).toEqual({ space, vectors: 1 });
    await index.deleteDocument(coach, documentId);
    expect((await collection.get()).ids).toEqual([theirs.id]);
  });

  it.each([
    ['nothing', ''],
    ['a NUL', 'before\0after'],
    ['half of a surrogate pair', 'before\ud83dafter'],
    ['emoji and right-to-left text', 'ok 👩🏽‍🚀 مرحبا'],
    ['quotes and operators', `"'\\ {"$ne": 1} %00 ${'${x}'}`],
    ['two megabytes', 'word '.repeat(400_000)],
  ])('take a text and a source of %s', async (_title, text) => {
    const { index, client } = await openIndex(server());
    const chunk = { ...makeChunk(), text, source: text.slice(0, 100) };
    await index.upsert(coach, space, [{ chunk, embedding: at(0) }]);
    expect(await nearest(index)).toEqual([chunk.id]);
    const collection = await client.getCollection({ name: NAME });
    expect((await collection.get()).documents).toEqual([text.toWellFormed()]);
  });

  it('are written in batches of what the server takes at most', async () => {
    const sizes: number[] = [];
    const url = await startHttpProxy(server().url, ({ path, body }) => {
      if (path.endsWith('/upsert')) sizes.push((JSON.parse(body) as { ids: string[] }).ids.length);
      return path.endsWith('/pre-flight-checks')
        ? { status: 200, body: JSON.stringify({ max_batch_size: 7, supports_base64_encoding: true }) }
        : undefined;
    });
    const { index } = await openIndex(server(), { CHROMA_URL: url });
    const entries = makeEntries(20);
    await index.upsert(coach, space, entries);
    expect(sizes).toEqual([7, 7, 6]);
    expect(await index.stats(coach)).toEqual({ space, vectors: 20 });
  });

  it('of a document go together, however many they are', async () => {
    const { index } = await openIndex(server());
    for (let from = 0; from < 2_500; from += 500) await index.upsert(coach, space, makeEntries(500, from));
    expect(await index.stats(coach)).toEqual({ space, vectors: 2_500 });
    await index.deleteDocument(coach, documentId);
    expect(await index.stats(coach)).toEqual({ space, vectors: 0 });
  });

  it('are left out under the least similarity, where one is set', async () => {
    const { index, again } = await openIndex(server());
    const angles = [0, 45, 46, 120];
    const chunks = angles.map((_, position) => makeChunk({ index: position }));
    await index.upsert(
      coach,
      space,
      chunks.map((chunk, position) => ({ chunk, embedding: at(angles[position] ?? 0) })),
    );
    expect(await nearest(again({ CHROMA_MIN_SIMILARITY: '0.7' }))).toEqual([chunks[0]?.id, chunks[1]?.id]);
    expect(await nearest(again({ CHROMA_MIN_SIMILARITY: '0' }))).toHaveLength(3);
    expect(await nearest(again())).toHaveLength(4);
  });
});

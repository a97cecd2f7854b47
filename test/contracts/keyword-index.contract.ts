import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { creatorIdSchema, documentIdOf, documentVersionSchema } from '../../src/core/ids.js';
import type { Chunk } from '../../src/core/ports/chunk-store.js';
import type { KeywordIndex, KeywordResult } from '../../src/core/ports/keyword-index.js';
import { makeChunk } from '../support/make-chunk.js';
import { knowledgeOperations, replay } from './knowledge-operations.js';
import { describeReplicaContract } from './keyword-replica.contract.js';
import type { CreateSubject, Subject } from './subject.js';

const coach = creatorIdSchema.parse('coach');
const team = creatorIdSchema.parse('team');
const handbook = documentIdOf(coach, 'handbook.md');
const oldVersion = documentVersionSchema.parse('0'.repeat(16));
const newVersion = documentVersionSchema.parse('1'.repeat(16));
const { signal } = new AbortController();

/** BM25's idf of a term that `n` of `total` chunks have. */
const idf = (total: number, n: number): number => Math.log(1 + (total - n + 0.5) / (n + 0.5));
const ids = ({ candidates }: KeywordResult): string[] => candidates.map(({ chunkId }) => chunkId);

/** What every keyword index promises. */
export function describeKeywordIndexContract(name: string, createSubject: CreateSubject<KeywordIndex>): void {
  describe(`KeywordIndex contract: ${name}`, () => {
    let subject: Subject<KeywordIndex>;
    let index: KeywordIndex;
    beforeEach(async () => {
      subject = await createSubject();
      index = subject.port;
    });

    const ask = (text: string, limit = 100) => index.candidates(coach, { text, limit, signal });
    /** Indexes one chunk a text, called after its position and of no other words. */
    async function learn(...texts: string[]): Promise<Chunk[]> {
      const chunks = texts.map((text, position) => makeChunk({ index: position, text, breadcrumb: '' }));
      await index.upsert(coach, chunks);
      return chunks;
    }

    describe('search', () => {
      it('finds the chunks that share a word with the question, best first', async () => {
        const [one, , three] = await learn(
          'The harbour has a lighthouse.',
          'Bread rises slowly.',
          'A lighthouse keeper minds the lighthouse.',
        );
        const result = await ask('Where is the lighthouse keeper?');
        expect(ids(result)).toEqual([three?.id, one?.id]);
        const [best, next] = result.candidates;
        expect(best?.score).toBeGreaterThan(next?.score ?? Infinity);
        expect(best).toMatchObject({ documentId: handbook, version: three?.version });
      });

      it('counts a rare word more than a common one', async () => {
        const [, , rare] = await learn('Tea and tea.', 'Tea and tea.', 'Saffron.', 'Tea.', 'Milk.', 'Salt.', 'Sugar.');
        expect(ids(await ask('saffron tea'))[0]).toBe(rare?.id);
      });

      it('looks at the breadcrumb as well as the text', async () => {
        const chunk = makeChunk({ breadcrumb: 'Handbook › Parental leave', text: 'Twelve weeks.' });
        await index.upsert(coach, [chunk]);
        expect(ids(await ask('parental'))).toEqual([chunk.id]);
      });

      it('gives at most as many candidates as asked for, the best', async () => {
        const chunks = await learn('Oak.', 'Oak oak oak.', 'Oak oak.', 'Elm.', 'Elm.', 'Elm.', 'Elm.');
        expect(ids(await ask('oak', 2))).toEqual([chunks[1]?.id, chunks[2]?.id]);
      });

      it('gives every version of a document until one is deleted', async () => {
        const versions = [
          makeChunk({ version: oldVersion, text: 'Oak.' }),
          makeChunk({ version: newVersion, text: 'Oak.' }),
        ];
        await index.upsert(coach, versions);
        expect((await ask('oak')).candidates.map(({ version }) => version).toSorted()).toEqual([
          oldVersion,
          newVersion,
        ]);
      });

      it.each([
        ['Chinese', '退款政策适用于所有课程。学生可以在三十天内申请退款。', '怎么申请退款？'],
        ['Japanese', '返金は三十日以内に申請できます。', '返金の申請方法は？'],
        ['Thai', 'นักเรียนสามารถขอคืนเงินได้ภายในสามสิบวัน', 'ขอคืนเงินอย่างไร'],
        ['Hindi', 'छात्र तीस दिनों के भीतर धनवापसी मांग सकते हैं।', 'धनवापसी कैसे?'],
        ['Korean', '환불 정책은 모든 과정에 적용됩니다.', '환불 정책?'],
        ['Vietnamese', 'Chính sách hoàn tiền áp dụng cho mọi khóa học.', 'chinh sach hoan tien'],
        ['German', 'Die Kündigungsfrist beträgt drei Monate.', 'KUNDIGUNGSFRIST'],
      ])('finds words of %s', async (_language, text, question) => {
        const chunks = await learn(text, 'Something else entirely.');
        expect(ids(await ask(question))).toEqual([chunks[0]?.id]);
      });

      it('finds words written with ligatures, full-width letters or a NUL before them', async () => {
        const chunks = await learn('The ﬁnal ＤＥＡＤＬＩＮＥ\0 tomorrow.');
        for (const word of ['final', 'deadline', 'tomorrow']) expect(ids(await ask(word))).toEqual([chunks[0]?.id]);
      });

      it('rejects with the reason when the signal is aborted', async () => {
        const reason = new Error('enough');
        await expect(
          index.candidates(coach, { text: 'oak', limit: 1, signal: AbortSignal.abort(reason) }),
        ).rejects.toBe(reason);
      });
    });

    describe('terms', () => {
      it('weighs each term of the question by how few of the chunks have it', async () => {
        await learn('River bank.', 'River mouth.', 'Mountain top.');
        const { terms } = await ask('river bank glacier');
        expect(terms.map(({ term }) => term)).toEqual(['river', 'bank', 'glacier']);
        expect(terms.map((term) => term.inverseDocumentFrequency)).toEqual([idf(3, 2), idf(3, 1), idf(3, 0)]);
      });

      it('counts a chunk once for a term, however often and wherever it stands in it', async () => {
        await index.upsert(coach, [
          makeChunk({ breadcrumb: 'River', text: 'River, river.' }),
          makeChunk({ index: 1, text: 'Hill.' }),
        ]);
        expect((await ask('river')).terms[0]?.inverseDocumentFrequency).toBe(idf(2, 1));
      });

      it('says which terms each candidate holds, by stem and without case and accents', async () => {
        const [both, one] = await learn('Cafés were RUNNING out.', 'He runs.');
        const { terms, candidates } = await ask('Which cafe ran zebras, or run?');
        const held = new Map(
          candidates.map(({ chunkId, matchedTerms }) => [
            chunkId,
            matchedTerms.map((position) => terms[position]?.term),
          ]),
        );
        expect(held).toEqual(
          new Map([
            [both?.id, ['cafe', 'run']],
            [one?.id, ['run']],
          ]),
        );
      });

      it('takes words of one stem as one term', async () => {
        await learn('Runs.');
        expect((await ask('run, runs, RUNNING')).terms).toHaveLength(1);
      });

      it('keeps numbers, codes and short names', async () => {
        await learn('Room 7 has ISO 9001 and a C compiler.', 'Room 8.');
        const { terms, candidates } = await ask('Is C or ISO 9001 in room 7?');
        expect(terms.map(({ term }) => term).toSorted()).toEqual(['7', '9001', 'c', 'iso', 'room']);
        expect(candidates[0]?.matchedTerms).toHaveLength(5);
      });

      it.each(['What is it?', 'How do I do this, and why?', "Isn't that what you're?", 'to be or not to be'])(
        'finds no term, and so no candidate, in "%s"',
        async (question) => {
          await learn('What it is, and how to do this: to be or not to be.');
          expect(await ask(question)).toEqual({ terms: [], candidates: [] });
        },
      );

      it('names the terms of a question to a creator without documents', async () => {
        const result = await index.candidates(team, { text: 'What is the refund?', limit: 10, signal });
        expect(result).toEqual({ terms: [{ term: 'refund', inverseDocumentFrequency: idf(0, 0) }], candidates: [] });
      });
    });

    describe('hostile questions', () => {
      const words = Array.from({ length: 10_000 }, (_, position) => `w${position}`).join(' ');

      it.each([
        ['operators', 'oak AND NOT elm OR NEAR(oak elm, 2) NOT'],
        ['column filters', 'text : oak breadcrumb:oak {text}: oak - ^oak'],
        ['quotes', `"oak" 'oak' ""oak""" '; DROP TABLE keyword_index; --`],
        ['brackets, stars and plus signs', '((oak* + )) [oak] {oak} oak*'],
        ['NUL', 'oak\0elm \0'],
        ['accents on nothing', 'oak \u0306 \u0301\u0308'],
        ['half surrogate pairs', 'oak \ud800 \udc00x'],
        ['10,000 words', `oak ${words}`],
        ['one word of 100,000 letters', `oak ${'x'.repeat(100_000)}`],
      ])('are plain words: %s', async (_title, question) => {
        const [oak] = await learn('An oak in the garden.', 'Nothing at all.');
        expect(ids(await ask(question))).toContain(oak?.id);
      });

      it.each(['', '   ', '🎉🎉 👩‍🏫', '"" * : ( ) ^ - +', '\0', '...', '\u0306'])(
        'without a word find nothing: "%s"',
        async (question) => {
          await learn('An oak in the garden. 🎉');
          expect(await ask(question)).toEqual({ terms: [], candidates: [] });
        },
      );

      it('of any characters end in a result whose terms and candidates belong together', async () => {
        await learn('An oak in the garden.', 'AND OR NOT NEAR.');
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (noise) => {
            const { terms, candidates } = await ask(`${noise} oak`);
            for (const { matchedTerms } of candidates) {
              expect(matchedTerms.length).toBeGreaterThan(0);
              for (const position of matchedTerms) expect(terms[position]).toBeDefined();
            }
          }),
          { numRuns: 100 },
        );
      });
    });

    describe('writing', () => {
      it('indexes a chunk once, however often it is written', async () => {
        const chunks = await learn('Oak.', 'Elm.');
        await index.upsert(coach, [...chunks, ...chunks]);
        const { terms, candidates } = await ask('oak');
        expect(candidates).toHaveLength(1);
        expect(terms[0]?.inverseDocumentFrequency).toBe(idf(2, 1));
      });

      it('forgets the words that stood under the same id before', async () => {
        const chunk = makeChunk({ text: 'Same.', breadcrumb: 'Oak' });
        await index.upsert(coach, [chunk]);
        await index.upsert(coach, [{ ...chunk, breadcrumb: 'Elm' }]);
        expect(ids(await ask('oak'))).toEqual([]);
        expect((await ask('oak')).terms[0]?.inverseDocumentFrequency).toBe(idf(1, 0));
        expect(ids(await ask('elm'))).toEqual([chunk.id]);
      });

      it('deletes one document, all or all but one version, and its part in the statistics', async () => {
        const oldChunk = makeChunk({ version: oldVersion, text: 'Oak.' });
        const newChunk = makeChunk({ version: newVersion, text: 'Oak.' });
        const other = makeChunk({ name: 'other.md', text: 'Oak.' });
        await index.upsert(coach, [oldChunk, newChunk, other]);
        await index.deleteDocument(coach, handbook, newVersion);
        expect(ids(await ask('oak')).toSorted()).toEqual([newChunk.id, other.id].toSorted());
        await index.deleteDocument(coach, handbook);
        await index.deleteDocument(coach, handbook);
        expect(ids(await ask('oak'))).toEqual([other.id]);
        expect((await ask('oak')).terms[0]?.inverseDocumentFrequency).toBe(idf(1, 1));
      });

      it('refuses a chunk of another creator and more than 500 chunks', async () => {
        await expect(index.upsert(coach, [makeChunk({ creator: 'team' })])).rejects.toMatchObject({
          name: 'DocentError',
        });
        const many = Array.from({ length: 501 }, (_, position) => makeChunk({ index: position }));
        await expect(index.upsert(coach, many)).rejects.toMatchObject({ name: 'DocentError' });
        expect(ids(await ask('passage'))).toEqual([]);
      });

      it('erases a creator, harmlessly twice, and learns anew afterwards', async () => {
        await learn('Oak.');
        await index.eraseCreator(coach);
        await index.eraseCreator(coach);
        expect((await ask('oak')).candidates).toEqual([]);
        expect((await ask('oak')).terms[0]?.inverseDocumentFrequency).toBe(idf(0, 0));
        await learn('Oak.');
        expect((await ask('oak')).candidates).toHaveLength(1);
      });

      it('still finds everything after a restart', async () => {
        const [oak] = await learn('Oak.');
        await subject.reopen();
        expect(ids(await subject.port.candidates(coach, { text: 'oak', limit: 1, signal }))).toEqual([oak?.id]);
      });

      it('finds for each creator exactly its own chunks after any operations', async () => {
        let run = 0;
        await fc.assert(
          fc.asyncProperty(knowledgeOperations, async (operations) => {
            run += 1;
            const { rooms } = await replay(operations, `run-${run}`, {
              put: (creatorId, chunks) => index.upsert(creatorId, chunks),
              deleteDocument: (creatorId, documentId, keep) => index.deleteDocument(creatorId, documentId, keep),
              eraseCreator: (creatorId) => index.eraseCreator(creatorId),
            });
            for (const [creatorId, expected] of rooms) {
              const result = await index.candidates(creatorId, { text: 'passage', limit: 100, signal });
              expect(ids(result).toSorted()).toEqual([...expected.keys()].toSorted());
              expect(result.terms[0]?.inverseDocumentFrequency).toBe(idf(expected.size, expected.size));
            }
          }),
          { numRuns: 20 },
        );
      });
    });

    describeReplicaContract(createSubject);

    it('says that it is healthy', async () => {
      expect(await index.health(signal)).toMatchObject({ state: 'healthy' });
    });
  });
}

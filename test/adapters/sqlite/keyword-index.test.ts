import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKeywordIndex } from '../../../src/adapters/sqlite/keyword-index.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import type { KeywordIndex } from '../../../src/core/ports/keyword-index.js';
import { createKnowledgeDatabases } from '../../../src/adapters/sqlite/knowledge-database.js';
import { describeKeywordIndexContract } from '../../contracts/keyword-index.contract.js';
import { makeChunk } from '../../support/make-chunk.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { openSubject } from './subject.js';

describeKeywordIndexContract('sqlite', () =>
  openSubject(({ folder }) =>
    createKeywordIndex(createKnowledgeDatabases({ folder: join(folder, 'knowledge'), maxOpen: 2 })),
  ),
);

describe('the SQLite keyword index', () => {
  const coach = creatorIdSchema.parse('coach');
  const { signal } = new AbortController();

  async function createIndex(...texts: string[]): Promise<KeywordIndex> {
    const index = createKeywordIndex(createKnowledgeDatabases({ folder: await temporaryFolder() }));
    await index.upsert(
      coach,
      texts.map((text, position) => makeChunk({ index: position, text })),
    );
    return index;
  }
  const termsOf = async (index: KeywordIndex, text: string): Promise<string[]> =>
    (await index.candidates(coach, { text, limit: 10, signal })).terms.map(({ term }) => term);

  it.each([
    ["What's John's salary, and don't they've O'Neill's?", ['john', 'salari', 'o', 'neill']],
    ['Who won?', ['won']],
    ['Please explain to me how the refund works.', ['refund', 'work']],
    ['How many weeks before the FIRST lesson?', ['week', 'befor', 'first', 'lesson']],
    ['Which U.S. rules apply to C++ and GPT-4 §12.3?', ['u', 's', 'rule', 'appli', 'c', 'gpt', '4', '12', '3']],
    ['धनवापसी कैसे मांगें?', ['धनवापसी', 'कैसे', 'मांगें']],
    ['退款政策 policy', ['退款', '政策', 'polici']],
  ])('reads "%s" as its terms', async (question, terms) => {
    expect(await termsOf(await createIndex('Oak.'), question)).toEqual(terms);
  });

  it('searches 32 terms of a long question: those that chunks have, the rarest first, in order', async () => {
    const many = Array.from({ length: 40 }, (_, position) => `word${position}`);
    const index = await createIndex(`${many.join(' ')} lighthouse`, many.join(' '));
    const terms = await termsOf(index, `unknown ${many.join(' ')} lighthouse`);
    expect(terms).toEqual([...many.slice(0, 31), 'lighthous']);
    expect(await termsOf(index, 'unknown lighthouse')).toEqual(['unknown', 'lighthous']);
  });
});

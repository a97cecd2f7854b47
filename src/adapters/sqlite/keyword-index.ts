import { z } from 'zod';
import { checkChunks } from '../../core/chunk-checks.js';
import { chunkIdSchema, documentIdSchema, documentVersionSchema } from '../../core/ids.js';
import type { KeywordCandidate, KeywordIndex, KeywordResult, QueryTerm } from '../../core/ports/keyword-index.js';
import { type Tuning, defaultTuning } from '../../core/tuning.js';
import type { Database } from './database.js';
import { entryRow, indexChunks } from './keyword-index-entries.js';
import { createTermFinder, type WordTerm } from './keyword-index-terms.js';
import { questionWords } from './keyword-index-words.js';
import type { KnowledgeDatabases } from './knowledge-database.js';
import { DELETE_BATCH, deleteInBatches } from './knowledge-database-batches.js';
import { countRow } from './count-row.js';
import { createReplica } from './replica.js';

/** Terms of one question that are searched. */
const MAX_TERMS = 32;

const ENTRIES_OF = `SELECT entry_id FROM keyword_entries WHERE document_id = ? AND version IS NOT ? LIMIT ${DELETE_BATCH}`;
const best = (breadcrumbWeight: number): string => `SELECT entry_id, chunk_id, document_id, version, score FROM (
    SELECT rowid AS entry_id, -bm25(keyword_index, ${breadcrumbWeight}, 1) AS score
    FROM keyword_index WHERE keyword_index MATCH ? ORDER BY score DESC, rowid LIMIT ?
  ) JOIN keyword_entries USING (entry_id) ORDER BY score DESC, chunk_id`;
const HOLDERS = `SELECT rowid AS entry_id FROM keyword_index
  WHERE keyword_index MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`;

const bestRow = z.object({
  entry_id: z.number(),
  chunk_id: chunkIdSchema,
  document_id: documentIdSchema,
  version: documentVersionSchema,
  score: z.number(),
});

interface WeighedTerm extends WordTerm, QueryTerm {
  /** Chunks with the term. */
  readonly chunks: number;
}

type KeywordTuning = Pick<Tuning, 'stemming' | 'stopWords' | 'breadcrumbWeight'>;

/** BM25 by SQLite's FTS5 (k1 1.2, b 0.75) over Porter stems; the text itself is not kept here a second time. */
export function createKeywordIndex(knowledge: KnowledgeDatabases, tuning: KeywordTuning = defaultTuning): KeywordIndex {
  const findTerms = createTermFinder(tuning.stemming);
  const findBest = best(tuning.breadcrumbWeight);
  return {
    async upsert(creatorId, chunks) {
      checkChunks(creatorId, chunks);
      if (chunks.length === 0) return;
      await knowledge.use(creatorId, (database) => database.transaction(() => indexChunks(database, chunks)));
    },

    async candidates(creatorId, { text, limit, signal }) {
      signal.throwIfAborted();
      const words = await findTerms(questionWords(text, tuning.stopWords));
      const result = await knowledge.useExisting(creatorId, (database) => search(database, { findBest, words, limit }));
      return result ?? { terms: words.map(({ term }) => toQueryTerm(term, 0, 0)), candidates: [] };
    },

    async deleteDocument(creatorId, documentId, keep) {
      await deleteInBatches(knowledge, creatorId, (database) => {
        const entries = z.array(entryRow).parse(database.all(ENTRIES_OF, documentId, keep ?? null));
        for (const { entry_id } of entries) {
          database.run('DELETE FROM keyword_index WHERE rowid = ?', entry_id);
          database.run('DELETE FROM keyword_entries WHERE entry_id = ?', entry_id);
        }
        return entries.length;
      });
    },

    async eraseCreator(creatorId) {
      await knowledge.useExisting(creatorId, (database) =>
        database.transaction(() => {
          database.run(`INSERT INTO keyword_index (keyword_index) VALUES ('delete-all')`);
          database.run('DELETE FROM keyword_entries');
          database.run('DELETE FROM replica_place');
        }),
      );
      await knowledge.removeIfEmpty(creatorId);
    },

    replica: createReplica(knowledge),
    health: () => knowledge.health(),
  };
}

function search(
  database: Database,
  {
    findBest,
    words,
    limit,
  }: { readonly findBest: string; readonly words: readonly WordTerm[]; readonly limit: number },
): KeywordResult {
  const terms = weigh(database, words);
  const present = terms.filter(({ chunks }) => chunks > 0);
  if (present.length === 0) return { terms: terms.map(onlyQueryTerm), candidates: [] };
  const found = z
    .array(bestRow)
    .parse(database.all(findBest, present.map(({ word }) => `"${word}"`).join(' OR '), limit));
  const entries = JSON.stringify(found.map(({ entry_id }) => entry_id));
  const matched = new Map<number, number[]>(found.map(({ entry_id }) => [entry_id, []]));
  for (const [index, { word, chunks }] of terms.entries())
    if (chunks > 0)
      for (const row of database.all(HOLDERS, `"${word}"`, entries))
        matched.get(entryRow.parse(row).entry_id)?.push(index);
  return {
    terms: terms.map(onlyQueryTerm),
    candidates: found.map(({ entry_id, chunk_id, document_id, version, score }): KeywordCandidate => ({
      chunkId: chunk_id,
      documentId: document_id,
      version,
      score,
      matchedTerms: matched.get(entry_id) ?? [],
    })),
  };
}

/** The terms with their statistics. Of more than 32, those that chunks have go first, then the rarest; order stays. */
function weigh(database: Database, words: readonly WordTerm[]): WeighedTerm[] {
  const total = countRow.parse(database.get('SELECT count(*) AS n FROM keyword_entries')).n;
  const weighed = words.map((word): WeighedTerm => {
    const row = database.get('SELECT doc AS n FROM keyword_terms WHERE term = ?', word.term);
    const chunks = row === undefined ? 0 : countRow.parse(row).n;
    return { ...word, chunks, ...toQueryTerm(word.term, chunks, total) };
  });
  const searched = new Set(weighed.toSorted((a, b) => rarity(a) - rarity(b)).slice(0, MAX_TERMS));
  return weighed.filter((term) => searched.has(term));
}

function rarity({ chunks }: WeighedTerm): number {
  return chunks === 0 ? Infinity : chunks;
}

function toQueryTerm(term: string, chunks: number, total: number): QueryTerm {
  return { term, inverseDocumentFrequency: Math.log(1 + (total - chunks + 0.5) / (chunks + 0.5)) };
}

function onlyQueryTerm({ term, inverseDocumentFrequency }: WeighedTerm): QueryTerm {
  return { term, inverseDocumentFrequency };
}

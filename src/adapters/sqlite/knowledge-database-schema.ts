import type { Tuning } from '../../core/tuning.js';

/** Vectors in one block of the vector table: a block is freed when the last of them is deleted, so small ones waste less. */
const VECTOR_BLOCK = 128;

/**
 * How text becomes terms: words without case and diacritics, by default as Porter stems. Marks (Mn, Mc) belong to words,
 * so that Hindi and its kin are not cut at every vowel.
 */
export function tokenizer(stemming: Tuning['stemming']): string {
  const stems = stemming === 'porter' ? 'porter ' : '';
  return `tokenize = "${stems}unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"`;
}

/** The tables of one creator's knowledge file; see `openDatabase` for how scripts become versions. */
export const knowledgeMigrations = (stemming: Tuning['stemming']): readonly string[] => [
  `CREATE TABLE owner (creator_id TEXT NOT NULL) STRICT;

   CREATE TABLE chunks (
     chunk_id TEXT PRIMARY KEY,
     document_id TEXT NOT NULL,
     version TEXT NOT NULL,
     chunk_index INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX chunks_by_document ON chunks (document_id, version, chunk_index);

   CREATE TABLE keyword_entries (
     entry_id INTEGER PRIMARY KEY,
     chunk_id TEXT NOT NULL UNIQUE,
     document_id TEXT NOT NULL,
     version TEXT NOT NULL
   ) STRICT;
   CREATE INDEX keyword_entries_by_document ON keyword_entries (document_id, version);
   CREATE VIRTUAL TABLE keyword_index USING fts5(
     breadcrumb, text, content = '', contentless_delete = 1, ${tokenizer(stemming)}
   );
   CREATE VIRTUAL TABLE keyword_terms USING fts5vocab(keyword_index, row);

   CREATE TABLE vector_space (embedder_id TEXT NOT NULL, dimensions INTEGER NOT NULL) STRICT;
   CREATE TABLE vector_entries (
     entry_id INTEGER PRIMARY KEY,
     chunk_id TEXT NOT NULL UNIQUE,
     document_id TEXT NOT NULL,
     version TEXT NOT NULL
   ) STRICT;
   CREATE INDEX vector_entries_by_document ON vector_entries (document_id, version);`,

  `CREATE TABLE replica_place (place TEXT NOT NULL) STRICT;`,
];

/** The table of vectors, whose width is known with the first of them. */
export function vectorTable(dimensions: number): string {
  return `CREATE VIRTUAL TABLE vectors USING vec0(
    embedding float[${dimensions}] distance_metric=cosine, chunk_size=${VECTOR_BLOCK}
  )`;
}

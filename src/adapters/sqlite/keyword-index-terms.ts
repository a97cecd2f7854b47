import { z } from 'zod';
import { type Database, openDatabase } from './database.js';
import type { Tuning } from '../../core/tuning.js';
import { tokenizer } from './knowledge-database-schema.js';

/** A word of a question and the term that the index keeps for it. */
export interface WordTerm {
  readonly word: string;
  readonly term: string;
}

const schema = (stemming: Tuning['stemming']): string =>
  `CREATE VIRTUAL TABLE words USING fts5(word, content = '', ${tokenizer(stemming)});
  CREATE VIRTUAL TABLE terms USING fts5vocab(words, instance);`;
/** The term of an accent alone is empty, which this table gives as NULL. */
const TERMS = `SELECT doc, term FROM terms WHERE term <> '' ORDER BY doc, "offset"`;

const termRow = z.object({ doc: z.number(), term: z.string() });

/**
 * Finds the terms of words by putting them through the index's own tokenizer, in memory: nothing else stems exactly
 * as it does. Of words with the same term one is kept, in the place of the first; a word that is no term is left out.
 */
export function createTermFinder(stemming: Tuning['stemming']): (words: readonly string[]) => Promise<WordTerm[]> {
  let opening: Promise<Database> | undefined;
  return async (words) => {
    if (words.length === 0) return [];
    opening ??= openDatabase({ path: ':memory:', migrations: [schema(stemming)] });
    const database = await opening;
    const rows = database.transaction(() => {
      database.run(`INSERT INTO words (words) VALUES ('delete-all')`);
      for (const [index, word] of words.entries())
        database.run('INSERT INTO words (rowid, word) VALUES (?, ?)', index, word);
      return z.array(termRow).parse(database.all(TERMS));
    });
    const found = new Map(rows.map(({ doc, term }) => [term, words[doc] ?? term]));
    return Array.from(found, ([term, word]) => ({ word, term }));
  };
}

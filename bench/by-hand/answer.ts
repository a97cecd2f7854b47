import { DatabaseSync } from '@photostructure/sqlite';
import { ChromaClient } from 'chromadb';
import { Redis } from 'ioredis';
import type { Servers } from '../support/servers.js';
import { chatByHand, embedByHand } from './ollama.js';

/** A question answered by the bare calls to the engines, one after another, with nothing around them. */
export interface AnswerByHand {
  add(texts: readonly string[]): Promise<void>;
  answer(question: string, threadId: string): Promise<string>;
  stop(): void;
}

const CANDIDATES = 100;
const PASSAGES = 5;
const KEPT_MESSAGES = 20;
const DAY_SECONDS = 86_400;
const BATCH = 64;
/** Chroma takes a third longer with the tenant's condition, which is part of the call and not of what is around it. */
const OF_TENANT = { creator_id: 'coach' };

/** Keeps words in an SQLite file of its own, as each Docent process does, and everything else on the servers. */
export async function answerByHand(
  servers: Servers,
  databasePath: string,
  contextTokens: number,
): Promise<AnswerByHand> {
  const redis = new Redis(servers.redisUrl);
  const { hostname, port } = new URL(servers.chromaUrl);
  const chroma = new ChromaClient({ host: hostname, port: Number(port), ssl: false });
  const collection = await chroma.createCollection({
    name: 'by-hand',
    configuration: { hnsw: { space: 'cosine' } },
    embeddingFunction: null,
  });
  const database = new DatabaseSync(databasePath);
  database.exec(`CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61')`);
  const insert = database.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  const search = database.prepare(
    `SELECT rowid, bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY score LIMIT ${CANDIDATES}`,
  );
  const textOf = database.prepare('SELECT text FROM words WHERE rowid = ?');
  await redis.set('by-hand:link', 'coach');
  let count = 0;

  return {
    async add(texts) {
      for (let from = 0; from < texts.length; from += BATCH) {
        const documents = texts.slice(from, from + BATCH);
        const ids = documents.map(() => String((count += 1)));
        const embeddings = await embedByHand(servers.ollamaUrl, documents);
        await collection.upsert({ ids, documents, embeddings, metadatas: ids.map(() => OF_TENANT) });
        database.exec('BEGIN');
        for (const [index, id] of ids.entries()) insert.run(Number(id), documents[index] ?? '');
        database.exec('COMMIT');
      }
    },

    async answer(question, threadId) {
      const messages = `by-hand:${threadId}:messages`;
      await redis.set(`by-hand:claim:${threadId}`, '1', 'EX', DAY_SECONDS, 'NX');
      await redis.get('by-hand:link');
      const history = await redis.lrange(messages, -10, -1);
      const [embedding = []] = await embedByHand(servers.ollamaUrl, [question]);
      const nearest = await collection.query({
        queryEmbeddings: [embedding],
        nResults: CANDIDATES,
        where: OF_TENANT,
        include: ['metadatas', 'distances'],
      });
      const words = question.match(/\w+/g) ?? [];
      const rows = search.all(words.map((word) => `"${word}"`).join(' OR ')) as { rowid: number }[];
      const best = [...new Set([...rows.map(({ rowid }) => rowid), ...(nearest.ids[0] ?? []).map(Number)])];
      const sources = best
        .slice(0, PASSAGES)
        .map((rowid, index) => `[${index + 1}] ${(textOf.get(rowid) as { text: string }).text}`);
      const prompt = [...history, ...sources].join('\n\n');
      const answer = await chatByHand(servers.ollamaUrl, `${prompt}\n\nQuestion: ${question}`, contextTokens);
      await redis
        .multi()
        .rpush(messages, JSON.stringify({ question }), JSON.stringify({ answer }))
        .ltrim(messages, -KEPT_MESSAGES, -1)
        .expire(messages, DAY_SECONDS)
        .exec();
      await redis.hincrby('by-hand:metrics', 'answered', 1);
      return answer;
    },

    stop() {
      redis.disconnect();
      database.close();
    },
  };
}

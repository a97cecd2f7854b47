import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { ChromaClient } from 'chromadb';
import { Redis } from 'ioredis';
import { parser as docx } from '../../src/adapters/documents/docx.js';
import { parser as pdf } from '../../src/adapters/documents/pdf.js';
import { estimateTokens } from '../../src/adapters/ollama/token-estimate.js';
import { type ChunkDraft, chunkDocument } from '../../src/core/ingest/chunking.js';
import { defaultParseLimits } from '../../src/core/ingest/parse-limits.js';
import type { ParsedDocument } from '../../src/core/ports/document-parser.js';
import type { Servers } from '../support/servers.js';
import { embedByHand } from './ollama.js';

/** What reading files by hand took, stage by stage, in milliseconds; nothing runs beside anything else. */
export interface StageTimes {
  parseMs: number;
  chunkMs: number;
  /** Texts and words. */
  storeMs: number;
  embedMs: number;
  /** Vectors. */
  storeVectorsMs: number;
}

/** What was read. */
export interface ReadByHand {
  readonly stages: StageTimes;
  readonly pages: number;
  readonly chunks: number;
}

const MAX_TOKENS = 382;
const EMBED_BATCH = 64;

/** Reads a file in this process with Docent's own parsers, which is what Docent pays for its children. */
export async function parseByHand(path: string): Promise<ParsedDocument> {
  const bytes = await readFile(path);
  const parser = path.toLowerCase().endsWith('.docx') ? docx : pdf;
  return parser.parse(bytes, { name: basename(path), limits: defaultParseLimits, progress() {} });
}

/** Parses, chunks and stores the files one after another, with the bare calls to Redis, SQLite, the model and Chroma. */
export async function ingestByHand(
  servers: Servers,
  paths: readonly string[],
  { name, databasePath }: { readonly name: string; readonly databasePath: string },
): Promise<ReadByHand> {
  const redis = new Redis(servers.redisUrl);
  const { hostname, port } = new URL(servers.chromaUrl);
  const chroma = new ChromaClient({ host: hostname, port: Number(port), ssl: false });
  const configuration = { hnsw: { space: 'cosine' as const } };
  const collection = await chroma.createCollection({ name, configuration, embeddingFunction: null });
  const database = new DatabaseSync(databasePath);
  database.exec(
    `PRAGMA journal_mode = WAL; CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61')`,
  );
  const insert = database.prepare('INSERT INTO words (text) VALUES (?)');
  const stages: StageTimes = { parseMs: 0, chunkMs: 0, storeMs: 0, embedMs: 0, storeVectorsMs: 0 };
  const timed = async <Result>(stage: keyof StageTimes, work: () => Promise<Result> | Result): Promise<Result> => {
    const startedAtMs = performance.now();
    const result = await work();
    stages[stage] += performance.now() - startedAtMs;
    return result;
  };
  let pages = 0;
  let chunks = 0;

  async function store(drafts: readonly ChunkDraft[], file: string): Promise<void> {
    const pipeline = redis.pipeline();
    for (const draft of drafts) pipeline.hset(`${name}:chunks`, `${file}:${draft.index}`, JSON.stringify(draft));
    await pipeline.exec();
    database.exec('BEGIN');
    for (const { breadcrumb, text } of drafts) insert.run(`${breadcrumb}\n${text}`);
    database.exec('COMMIT');
  }

  for (const path of paths) {
    const document = await timed('parseMs', () => parseByHand(path));
    const options = { title: document.title ?? basename(path), maxTokens: MAX_TOKENS, countTokens: estimateTokens };
    const drafts = await timed('chunkMs', () => [...chunkDocument(document, options)]);
    await timed('storeMs', () => store(drafts, path));
    for (let from = 0; from < drafts.length; from += EMBED_BATCH) {
      const batch = drafts.slice(from, from + EMBED_BATCH);
      const documents = batch.map(({ breadcrumb, text }) => `${breadcrumb}\n${text}`);
      const embeddings = await timed('embedMs', () => embedByHand(servers.ollamaUrl, documents));
      const ids = batch.map(({ index }) => `${path}:${index}`);
      await timed('storeVectorsMs', () => collection.upsert({ ids, documents, embeddings }));
    }
    pages += document.pageCount ?? 1;
    chunks += drafts.length;
  }
  redis.disconnect();
  database.close();
  return { stages, pages, chunks };
}

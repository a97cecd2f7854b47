import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { checkBatch, checkChunks, chunkSchema } from '../../core/chunk-checks.js';
import type { CreatorId, DocumentId, DocumentVersion } from '../../core/ids.js';
import type { Chunk, ChunkStore } from '../../core/ports/chunk-store.js';
import type { Logger } from '../../core/ports/logger.js';
import { createChunkLog } from './chunk-log.js';
import { DELETE, ERASE, PUT, RANGE } from './chunk-scripts.js';
import { type Connection, companionKey } from './connection.js';
import { pingHealth } from './health.js';
import { parseJson } from './stored-json.js';

const MAX_RANGE = 1_000;
const PAGE = 500;
/** Chunks that one step deletes, so that Redis is never busy for long. */
const DELETE_BATCH = 1_000;
/** Digits of an index in the order, so that texts compare as numbers do. */
const INDEX_DIGITS = 10;
/** The character behind `/`: a range up to it has all that starts with the text and a `/`. */
const PAST_SLASH = '0';

/** Past so many ids reading everything anew is no dearer than following the log, which takes some 10 MB then. */
const MAX_LOGGED_IDS = 100_000;

const count = z.number().int();
const bodiesSchema = z.array(z.string().nullable());
const pageSchema = z.tuple([z.array(z.string()), bodiesSchema]);

/** What the store works with. */
export interface ChunkStoreOptions {
  readonly connection: Connection;
  readonly logger: Logger;
  /** Chunk ids that the log of a creator reaches back over; a deletion counts as one. Default 100,000. */
  readonly maxLoggedIds?: number;
}

/**
 * Keeps a creator's chunks as the hash `chunks:{creatorId}`, id → JSON. Beside it, in one Cluster slot and written in the
 * same step: their order, a set of `document/version/index/id`, and the log that indexes of other processes follow.
 */
export function createChunkStore({
  connection,
  logger,
  maxLoggedIds = MAX_LOGGED_IDS,
}: ChunkStoreOptions): Required<ChunkStore> {
  const chunksKey = (creatorId: CreatorId): string => connection.key(`chunks:${creatorId}`);
  const logKey = (creatorId: CreatorId): string => companionKey(chunksKey(creatorId), 'log');
  const keysOf = (creatorId: CreatorId) => {
    const chunks = chunksKey(creatorId);
    return [chunks, companionKey(chunks, 'order'), logKey(creatorId)] as const;
  };

  const read = (bodies: readonly (string | null)[]): Chunk[] => {
    const there = bodies.filter((body) => body !== null);
    const chunks = there.flatMap((body) => chunkSchema.safeParse(parseJson(body)).data ?? []);
    if (chunks.length < there.length) logger.warn('chunks.invalid', { skipped: there.length - chunks.length });
    return chunks;
  };

  const readRange = async (creatorId: CreatorId, from: string, to: string, limit: number, signal?: AbortSignal) => {
    const [chunks, order] = keysOf(creatorId);
    const [places, bodies] = pageSchema.parse(
      await connection.runScript(RANGE, [chunks, order], [from, to, limit], signal),
    );
    return { last: places.length === limit ? places.at(-1) : undefined, chunks: read(bodies) };
  };

  /** Deletes a range of the order, step by step; each step is in the log. */
  const deleteRange = async (creatorId: CreatorId, from: string, to: string, logged: string): Promise<number> => {
    for (let total = 0; ;) {
      const range = [from, to, DELETE_BATCH, logged];
      const deleted = count.parse(
        await connection.runScript(DELETE, keysOf(creatorId), [entryNumber(), maxLoggedIds, ...range]),
      );
      total += deleted;
      if (deleted < DELETE_BATCH) return total;
    }
  };

  return {
    async put(creatorId, chunks) {
      checkChunks(creatorId, chunks);
      if (chunks.length === 0) return;
      const rows = chunks.flatMap((chunk) => [chunk.id, placeOf(chunk), JSON.stringify(chunk)]);
      const ids = chunks.map(({ id }) => id).join(' ');
      await connection.runScript(PUT, keysOf(creatorId), [entryNumber(), maxLoggedIds, ids, ...rows]);
    },

    async get(creatorId, ids) {
      checkBatch(ids.length);
      if (ids.length === 0) return [];
      return read(bodiesSchema.parse(await connection.run((client) => client.hmget(chunksKey(creatorId), ...ids))));
    },

    async range(creatorId, { documentId, version, from, limit }) {
      const start = `${documentId}/${version}`;
      const range = [`[${start}/${padded(from)}`, `(${start}${PAST_SLASH}`] as const;
      return (await readRange(creatorId, ...range, Math.min(limit, MAX_RANGE))).chunks;
    },

    async *all(creatorId, signal) {
      for (let from: string | undefined = '-'; from !== undefined;) {
        const page: Awaited<ReturnType<typeof readRange>> = await readRange(creatorId, from, '+', PAGE, signal);
        if (page.chunks.length > 0) yield page.chunks;
        from = page.last === undefined ? undefined : `(${page.last}`;
      }
    },

    async deleteDocument(creatorId, documentId, keep) {
      let deleted = 0;
      for (const [from, to] of rangesOf(documentId, keep))
        deleted += await deleteRange(creatorId, from, to, [documentId, keep ?? []].flat().join(' '));
      return deleted;
    },

    count: (creatorId) => connection.run((client) => client.hlen(chunksKey(creatorId))),

    async eraseCreator(creatorId) {
      return count.parse(await connection.runScript(ERASE, keysOf(creatorId), []));
    },

    log: createChunkLog(connection, logKey),

    health: (signal) => pingHealth(connection, signal),
  };
}

/** Where a chunk stands in the order; its id, which Docent makes from the rest, is the last 32 characters. */
function placeOf({ documentId, version, index, id }: Chunk): string {
  return `${documentId}/${version}/${padded(index)}/${id}`;
}

function padded(index: number): string {
  return String(index).padStart(INDEX_DIGITS, '0');
}

/** The ranges of the order that a document takes, one version left out. */
function rangesOf(documentId: DocumentId, keep: DocumentVersion | undefined): (readonly [from: string, to: string])[] {
  const [start, end] = [`[${documentId}/`, `(${documentId}${PAST_SLASH}`];
  if (keep === undefined) return [[start, end]];
  return [
    [start, `(${documentId}/${keep}/`],
    [`[${documentId}/${keep}${PAST_SLASH}`, end],
  ];
}

/** The random half of an entry's id in the log. */
function entryNumber(): number {
  return randomInt(2 ** 48 - 1);
}

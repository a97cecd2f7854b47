import { z } from 'zod';
import { type CreatorId, chunkIdSchema, documentIdSchema, documentVersionSchema } from '../../core/ids.js';
import type { ChunkChange, ChunkLog } from '../../core/ports/chunk-store.js';
import { AFTER, END, START } from './chunk-scripts.js';
import type { Connection } from './connection.js';

/** Changes in one answer. */
const PAGE = 500;

const words = z.string().transform((text) => text.split(' '));
const putSchema = words.pipe(z.array(chunkIdSchema)).transform((ids): ChunkChange => ({ kind: 'put', ids }));
const deleteSchema = words
  .pipe(z.union([z.tuple([documentIdSchema, documentVersionSchema]), z.tuple([documentIdSchema])]))
  .transform(([documentId, keep]): ChunkChange => ({ kind: 'delete', documentId, keep: keep ?? null }));

const previous = z.literal('previous');
const changeSchema = z.union([
  z.tuple([previous, z.string(), z.literal('put'), putSchema]),
  z.tuple([previous, z.string(), z.literal('delete'), deleteSchema]),
]);
const placeSchema = z.string().regex(/^\d{1,16}-\d{1,16}$/);
const pageSchema = z.tuple([
  placeSchema,
  z.array(z.tuple([placeSchema, changeSchema.transform(([, , , change]) => change)])),
]);

/** Follows the log that the chunk store's scripts write. An erased creator's log is gone: its followers start anew. */
export function createChunkLog(connection: Connection, logKey: (creatorId: CreatorId) => string): ChunkLog {
  return {
    async end(creatorId, signal) {
      const place = placeSchema.parse(await connection.runScript(END, [logKey(creatorId)], [], signal));
      return place === START ? undefined : place;
    },

    async after(creatorId, place, signal) {
      if (place === START || !placeSchema.safeParse(place).success) return undefined;
      const page = pageSchema.safeParse(await connection.runScript(AFTER, [logKey(creatorId)], [place, PAGE], signal));
      // What cannot be read is as good as trimmed: reading everything anew makes it good.
      if (!page.success || page.data[0] !== place) return undefined;
      const entries = page.data[1];
      return { changes: entries.map(([, change]) => change), place: entries.at(-1)?.[0] ?? place };
    },
  };
}

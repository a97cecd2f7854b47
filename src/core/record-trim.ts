import type { z } from 'zod';
import { createBoundedMap } from './bounded-map.js';
import { type Collection, type RecordScope, type RecordStore, SYSTEM_SCOPE } from './ports/record-store.js';

/** Which records are kept. */
export interface RecordTrimOptions<Shape extends z.ZodType> {
  readonly recordStore: RecordStore;
  readonly collection: Collection<Shape>;
  /** How many records a room keeps: the last ones in id order. Default: no limit. */
  readonly maxRecords?: number;
  isTooOld(value: z.infer<Shape>): boolean;
}

/** A look at every record each time would cost more than the write it follows: a page is looked at each so many writes, small enough that no person feels it. */
const WRITES_PER_PAGE = 5;
const PAGE_SIZE = 50;
const MAX_ROOMS = 1_000;
/** No creator is called so: the system's room among the walks. */
const SYSTEM_ROOM = '';

interface Walk {
  readonly writes: number;
  readonly seen: number;
  /** Where the next page begins; undefined at the last record. */
  readonly after: string | undefined;
}

/**
 * Keeps a collection within its bounds, bit by bit: call it after each write. It walks a room's records from the last
 * id to the first, a page at a time, and removes what is too old or beyond the limit, so that the limit may be passed for
 * a while by a fifth.
 */
export function createRecordTrim<Shape extends z.ZodType>(
  options: RecordTrimOptions<Shape>,
): (scope: RecordScope) => Promise<void> {
  const { recordStore, collection, maxRecords = Number.POSITIVE_INFINITY, isTooOld } = options;
  const walks = createBoundedMap<string, Walk>(MAX_ROOMS);

  return async (scope) => {
    const room = scope === SYSTEM_SCOPE ? SYSTEM_ROOM : scope.creatorId;
    const walk = walks.get(room) ?? { writes: 0, seen: 0, after: undefined };
    walks.set(room, { ...walk, writes: walk.writes + 1 });
    if (walk.writes % WRITES_PER_PAGE !== 0) return;
    const page = await recordStore.list(collection, scope, {
      limit: PAGE_SIZE,
      reverse: true,
      ...(walk.after === undefined ? {} : { after: walk.after }),
    });
    for (const [index, { id, value }] of page.entries())
      if (walk.seen + index >= maxRecords || isTooOld(value)) await recordStore.delete(collection, scope, id);
    const isEnd = page.length < PAGE_SIZE;
    const seen = isEnd ? 0 : walk.seen + page.length;
    walks.set(room, { writes: walk.writes + 1, seen, after: isEnd ? undefined : page.at(-1)?.id });
  };
}

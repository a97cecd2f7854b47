import { createBoundedMap } from '../../core/bounded-map.js';
import type { CreatorId } from '../../core/ids.js';
import type { EmbeddingSpace } from '../../core/ports/vector-index.js';
import { isNotFound } from './chroma-errors.js';
import {
  type CreatorCollection,
  collectionName,
  collectionSettings,
  isFit,
  readCollection,
  requireFit,
} from './collection-space.js';
import type { Connection } from './connection.js';
import { requireDatabase } from './database.js';

/** What work wants of a collection. */
export interface Wanted {
  /** Vectors of this space and no others. Default: whatever there is. */
  readonly space?: EmbeddingSpace;
  /** Makes the collection, for that space, when there is none. Default false. */
  readonly create?: boolean;
  /** Default: nobody stops it before its deadline. */
  readonly signal?: AbortSignal;
}

/** The creators' collections. */
export interface Collections {
  /**
   * Does work on the creator's collection; undefined when there is none. When somebody deleted or replaced it meanwhile
   * the work is done once more, on the one that is there now.
   * @throws DocentError `EMBEDDER_MISMATCH`, `INDEX_UNFIT` for another space than the wanted one; `ENGINE_UNAVAILABLE`.
   */
  use<Result>(
    creatorId: CreatorId,
    wanted: Wanted,
    work: (collection: CreatorCollection) => Promise<Result>,
  ): Promise<Result | undefined>;
  /** Deletes the collection with all that is in it, whoever made it. */
  remove(creatorId: CreatorId): Promise<void>;
}

/** How many collections are known without asking the server. */
const MAX_KNOWN = 1_000;

/** The collections of one server, each checked when it is opened. */
export function createCollections(connection: Connection): Collections {
  const known = createBoundedMap<CreatorId, CreatorCollection>(MAX_KNOWN);

  async function open(creatorId: CreatorId, wanted: Wanted): Promise<CreatorCollection | undefined> {
    const options = wanted.signal === undefined ? {} : { signal: wanted.signal };
    const name = collectionName(creatorId);
    try {
      return await connection.call(
        async (client) => readCollection(creatorId, await client.getCollection({ name })),
        options,
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await requireDatabase(connection, options);
      return undefined;
    }
  }

  async function create(creatorId: CreatorId, space: EmbeddingSpace): Promise<CreatorCollection> {
    // Whoever else makes it at this moment is given the same one, made for one of the two spaces.
    return connection.call(async (client) =>
      readCollection(creatorId, await client.getOrCreateCollection(collectionSettings(creatorId, space))),
    );
  }

  async function find(creatorId: CreatorId, wanted: Wanted): Promise<CreatorCollection | undefined> {
    const { space } = wanted;
    const remembered = known.get(creatorId);
    // One that does not fit may have been replaced by one that does, by a re-indexing in another process.
    if (remembered !== undefined && (space === undefined || isFit(remembered.space, space))) return remembered;
    known.delete(creatorId);
    const opened = await open(creatorId, wanted);
    const found =
      opened ?? (space !== undefined && wanted.create === true ? await create(creatorId, space) : undefined);
    if (found === undefined) return undefined;
    if (space !== undefined) requireFit(creatorId, found.space, space);
    known.set(creatorId, found);
    return found;
  }

  return {
    async use(creatorId, wanted, work) {
      const collection = await find(creatorId, wanted);
      if (collection === undefined) return undefined;
      try {
        return await work(collection);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        known.delete(creatorId);
        const next = await find(creatorId, wanted);
        return next && work(next);
      }
    },

    async remove(creatorId) {
      known.delete(creatorId);
      const name = collectionName(creatorId);
      try {
        await connection.call((client) => client.deleteCollection({ name }), { isWrite: true });
      } catch (error) {
        if (!isNotFound(error)) throw error;
        await requireDatabase(connection, {});
      }
    },
  };
}

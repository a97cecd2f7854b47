import { z } from 'zod';
import { type CreatorId, creatorIdSchema } from './ids.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from './ports/record-store.js';
import { isRecordInvalid } from './record-text.js';

const creatorRecordSchema = z.object({ creatorId: creatorIdSchema, createdAt: z.number().int() });

const creatorCollection = { name: 'creators', schema: creatorRecordSchema } satisfies Collection<
  typeof creatorRecordSchema
>;

/** The most creators that are listed at once. */
const MAX_CREATORS = 1_000;

/** Which creators there are: everybody who was ever given a document or a link, until forgotten. */
export interface Creators {
  /** In name order; at most 1,000. */
  list(): Promise<CreatorId[]>;
  /** Remembers a creator; harmless when it is known. A record that cannot be read is written anew. */
  add(creatorId: CreatorId): Promise<void>;
  remove(creatorId: CreatorId): Promise<void>;
}

/** Keeps the creators as records in the system scope. */
export function createCreators({ recordStore, now }: { readonly recordStore: RecordStore; now(): number }): Creators {
  async function isKnown(creatorId: CreatorId): Promise<boolean> {
    try {
      return (await recordStore.get(creatorCollection, SYSTEM_SCOPE, creatorId)) !== undefined;
    } catch (error) {
      if (isRecordInvalid(error)) return false;
      throw error;
    }
  }

  return {
    async list() {
      const records = await recordStore.list(creatorCollection, SYSTEM_SCOPE, { limit: MAX_CREATORS });
      return records.map(({ value }) => value.creatorId);
    },
    async add(creatorId) {
      if (await isKnown(creatorId)) return;
      await recordStore.put(creatorCollection, SYSTEM_SCOPE, { id: creatorId, value: { creatorId, createdAt: now() } });
    },
    async remove(creatorId) {
      await recordStore.delete(creatorCollection, SYSTEM_SCOPE, creatorId);
    },
  };
}

import fc from 'fast-check';
import {
  type ChunkId,
  type CreatorId,
  creatorIdSchema,
  type DocumentId,
  documentIdOf,
  type DocumentVersion,
  documentVersionSchema,
} from '../../src/core/ids.js';
import type { Chunk } from '../../src/core/ports/chunk-store.js';
import { makeChunk } from '../support/make-chunk.js';

/** Something that happens to the knowledge of one of a few creators. */
export type KnowledgeOperation =
  | {
      readonly kind: 'put';
      readonly creator: number;
      readonly name: string;
      readonly version: string;
      readonly count: number;
    }
  | { readonly kind: 'delete'; readonly creator: number; readonly name: string; readonly keep: string | undefined }
  | { readonly kind: 'erase'; readonly creator: number };

/** The same operations on what is tested. */
export interface KnowledgeTarget {
  put(creatorId: CreatorId, chunks: readonly Chunk[]): Promise<unknown>;
  deleteDocument(creatorId: CreatorId, documentId: DocumentId, keep?: DocumentVersion): Promise<unknown>;
  eraseCreator(creatorId: CreatorId): Promise<unknown>;
}

/** What each creator must have after the operations, and every chunk id that was ever written by anyone. */
export interface KnowledgeModel {
  readonly rooms: ReadonlyMap<CreatorId, ReadonlyMap<ChunkId, Chunk>>;
  readonly everMade: readonly ChunkId[];
}

const CREATORS = 3;
const creator = fc.nat(CREATORS - 1);
const name = fc.constantFrom('handbook.md', 'rules.md');
const version = fc.constantFrom('0'.repeat(16), '1'.repeat(16));

/** Up to 15 operations on three creators with two documents in two versions each: collisions are the rule. */
export const knowledgeOperations: fc.Arbitrary<KnowledgeOperation[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        creator,
        name,
        version,
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('delete' as const),
        creator,
        name,
        keep: fc.option(version, { nil: undefined }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), creator }) },
  ),
  { maxLength: 15 },
);

/** Does the operations on the target and on a model, for creators whose names start with `prefix`. */
export async function replay(
  operations: readonly KnowledgeOperation[],
  prefix: string,
  target: KnowledgeTarget,
): Promise<KnowledgeModel> {
  const creators = Array.from({ length: CREATORS }, (_, index) => creatorIdSchema.parse(`${prefix}-${index}`));
  const rooms = new Map(creators.map((creatorId) => [creatorId, new Map<ChunkId, Chunk>()]));
  const everMade = new Set<ChunkId>();
  for (const operation of operations) {
    const creatorId = creatorIdSchema.parse(`${prefix}-${operation.creator}`);
    const room = rooms.get(creatorId) ?? new Map<ChunkId, Chunk>();
    if (operation.kind === 'put') {
      const chunks = Array.from({ length: operation.count }, (_, index) =>
        makeChunk({ ...operation, creator: creatorId, index }),
      );
      await target.put(creatorId, chunks);
      for (const chunk of chunks) room.set(chunk.id, chunk);
      for (const { id } of chunks) everMade.add(id);
    } else if (operation.kind === 'delete') {
      const documentId = documentIdOf(creatorId, operation.name);
      const keep = operation.keep === undefined ? undefined : documentVersionSchema.parse(operation.keep);
      await target.deleteDocument(creatorId, documentId, keep);
      for (const chunk of room.values())
        if (chunk.documentId === documentId && chunk.version !== keep) room.delete(chunk.id);
    } else {
      await target.eraseCreator(creatorId);
      room.clear();
    }
  }
  return { rooms, everMade: [...everMade] };
}

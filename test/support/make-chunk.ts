import { chunkIdOf, creatorIdSchema, documentIdOf, documentVersionSchema } from '../../src/core/ids.js';
import type { Chunk } from '../../src/core/ports/chunk-store.js';

/** A chunk as ingestion would make it; everything has a default. */
export function makeChunk(
  options: {
    creator?: string;
    name?: string;
    version?: string;
    index?: number;
    text?: string;
    breadcrumb?: string;
    tokenCount?: number;
    page?: number | null;
  } = {},
): Chunk {
  const creatorId = creatorIdSchema.parse(options.creator ?? 'coach');
  const name = options.name ?? 'handbook.md';
  const documentId = documentIdOf(creatorId, name);
  const version = documentVersionSchema.parse(options.version ?? '0123456789abcdef');
  const index = options.index ?? 0;
  const text = options.text ?? `Passage ${index} of ${name}.`;
  return {
    id: chunkIdOf({ creatorId, documentId, version, index, text }),
    creatorId,
    documentId,
    version,
    index,
    text,
    breadcrumb: options.breadcrumb ?? name,
    headingPath: [],
    page: options.page ?? null,
    tokenCount: options.tokenCount ?? 10,
    source: name,
    createdAt: 0,
  };
}

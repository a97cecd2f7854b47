import { type Found, retrieve } from '../../src/core/answer/retrieval.js';
import type { CreatorId } from '../../src/core/ids.js';
import type { ActiveDocument } from '../../src/core/ingest/document-registry.js';
import type { Engines } from '../../src/core/plugin.js';
import type { Embedder } from '../../src/core/ports/embedder.js';
import { systemClock } from '../../src/core/system-clock.js';
import { silentLogger } from '../../test/support/silent-logger.js';
import { lessonQuestion } from './guide.js';
import { MADE_VERSION, createMadeVectors, madeChunk, madeDocumentId } from './made-chunks.js';

type Indexes = Pick<Engines, 'chunkStore' | 'keywordIndex' | 'vectorIndex'>;

/** What one kind of search took, in milliseconds each. */
export interface SearchTimes {
  readonly vectors: number[];
  readonly words: number[];
  /** Everything between a question's vector and the passages: both searches, fusion, reading the chunks. */
  readonly retrieval: number[];
}

const BATCH = 500;
const CANDIDATES = 100;

/** Made chunks and vectors in the indexes that were given, and searches among them. */
export function createSearches(indexes: Indexes, dimensions: number) {
  const vectors = createMadeVectors(dimensions);
  const space = { embedderId: `made-${dimensions}`, dimensions };
  const embedder: Embedder = {
    space,
    maxTokens: 256,
    maxBatch: BATCH,
    calibration: { keywordWeight: 0.5, evidenceSimilarity: 0.5 },
    countTokens: (text) => text.length,
    embed: async ([question = '']) => [vectors.vector(Number(/\d+/.exec(question)?.[0]))],
    health: async () => ({ state: 'healthy', detail: 'It answers.' }),
  };

  async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
    const startedAtMs = performance.now();
    await work();
    times.push(performance.now() - startedAtMs);
  }

  return {
    async fill(creatorId: CreatorId, count: number): Promise<void> {
      for (let from = 0; from < count; from += BATCH) {
        const size = Math.min(BATCH, count - from);
        const chunks = Array.from({ length: size }, (_, index) => madeChunk(creatorId, from + index));
        await indexes.chunkStore.put(creatorId, chunks);
        await indexes.keywordIndex.upsert(creatorId, chunks);
        await indexes.vectorIndex.upsert(
          creatorId,
          space,
          chunks.map((chunk) => ({ chunk, embedding: vectors.vector(chunk.index) })),
        );
      }
    },

    /** Searches for one lesson after the other; what comes back first must be that lesson. */
    async search(creatorId: CreatorId, lessons: readonly number[], times: SearchTimes): Promise<void> {
      const active = new Map<ReturnType<typeof madeDocumentId>, ActiveDocument>([
        [madeDocumentId(creatorId), { version: MADE_VERSION, name: 'made.md', title: 'Made', isLearning: false }],
      ]);
      const { signal } = new AbortController();
      for (const lesson of lessons) {
        const question = lessonQuestion(lesson);
        const embedding = vectors.vector(lesson);
        await timed(times.vectors, () =>
          indexes.vectorIndex.candidates(creatorId, { space, embedding, limit: CANDIDATES, signal }),
        );
        await timed(times.words, () =>
          indexes.keywordIndex.candidates(creatorId, { text: question, limit: CANDIDATES, signal }),
        );
        let found: Found | undefined;
        await timed(times.retrieval, async () => {
          found = await retrieve(
            { ...indexes, embedder, clock: systemClock, logger: silentLogger },
            { creatorId, question, active, signal },
          );
        });
        const first = found?.ranked[0]?.chunk.index;
        if (first !== lesson) throw new Error(`lesson ${lesson} was searched and ${first} came first`);
      }
    },
  };
}

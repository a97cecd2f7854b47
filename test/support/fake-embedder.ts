import { hashParts } from '../../src/core/ids.js';
import type { Embedder } from '../../src/core/ports/embedder.js';

/** What a test may change about a fake embedder while it runs. */
export interface FakeEmbedder extends Embedder {
  /** Thrown by the next calls, until set back to undefined. */
  failure: Error | undefined;
  /** How many texts were embedded. */
  embeddedTexts: number;
}

const DIMENSIONS = 64;

/** Embeds a text as its bag of words, hashed to 64 dimensions: texts that share words are near each other. */
export function createFakeEmbedder(options: { readonly id?: string; readonly maxTokens?: number } = {}): FakeEmbedder {
  const embedder: FakeEmbedder = {
    failure: undefined,
    embeddedTexts: 0,
    space: { embedderId: options.id ?? 'fake', dimensions: DIMENSIONS },
    maxTokens: options.maxTokens ?? 64,
    maxBatch: 4,
    calibration: { keywordWeight: 0.5, evidenceSimilarity: 0.6 },
    countTokens: (text) => wordsOf(text).length,
    async embed(texts, { signal }) {
      signal.throwIfAborted();
      if (embedder.failure !== undefined) throw embedder.failure;
      embedder.embeddedTexts += texts.length;
      return texts.map(embedWords);
    },
    health: async () => ({ state: 'healthy', detail: 'A fake.' }),
  };
  return embedder;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}

function embedWords(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  vector[0] = 0.01;
  for (const word of wordsOf(text)) {
    const place = Number.parseInt(hashParts([word], 8), 16) % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

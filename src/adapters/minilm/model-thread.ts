import { Worker } from 'node:worker_threads';
import { z } from 'zod';

/** Components of a vector of all-MiniLM-L6-v2. */
export const DIMENSIONS = 384;

/** A thread with the model in it. */
export interface ModelThread {
  /** Resolves when the model is loaded. */
  readonly loaded: Promise<void>;
  /** The text's unit vector. One call at a time, once loaded. Rejects when the thread ends. */
  embed(text: string): Promise<Float32Array>;
  /** Ends the thread; a call that waits is rejected. */
  stop(): Promise<void>;
}

const loadedSchema = z.literal('loaded');
const vectorSchema = z.instanceof(Float32Array).refine((vector) => vector.length === DIMENSIONS);

/** Starts a thread, which begins to load the model at once. */
export function startModelThread(): ModelThread {
  const worker = new Worker(new URL('./model-worker.js', import.meta.url), { env: {}, execArgv: [] });
  let expected: { resolve(message: unknown): void; reject(error: Error): void } | undefined;
  let failure: Error | undefined;

  const nextMessage = () =>
    new Promise<unknown>((resolve, reject) => {
      if (failure === undefined) expected = { resolve, reject };
      else reject(failure);
    });
  const fail = (error: Error) => {
    failure ??= error;
    expected?.reject(failure);
  };
  worker.on('message', (message: unknown) => expected?.resolve(message));
  worker.once('error', fail);
  worker.once('exit', (code) => fail(new Error(`the embedding thread ended with code ${code}`)));

  return {
    loaded: nextMessage().then((message) => {
      loadedSchema.parse(message);
    }),
    async embed(text) {
      const answer = nextMessage();
      worker.postMessage(text);
      return vectorSchema.parse(await answer);
    },
    async stop() {
      // First, because an answer may be on its way that would come before the end.
      fail(new Error('the embedding thread was ended'));
      await worker.terminate();
    },
  };
}

import { withDeadline } from '../deadline.js';
import { DocentError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Embedder } from '../ports/embedder.js';

/** The vectors of what one question is searched by. */
export interface QuestionVectors {
  /**
   * Each text is embedded once, however often it is asked for.
   * @throws DocentError `EMBEDDER_UNAVAILABLE`; a `TimeoutError` after 5 seconds; the signal's reason when aborted.
   */
  of(text: string): Promise<Float32Array>;
  /** Begins with a text that will be asked for. */
  begin(text: string): void;
}

/** The wait for a vector, in milliseconds. */
const EMBED_TIMEOUT_MS = 5_000;

/** Vectors that are made until the signal aborts. */
export function createQuestionVectors(
  { embedder, clock }: { readonly embedder: Embedder; readonly clock: Clock },
  signal: AbortSignal,
): QuestionVectors {
  const made = new Map<string, Promise<Float32Array>>();

  async function embed(text: string): Promise<Float32Array> {
    const [embedding] = await withDeadline({ clock, timeoutMs: EMBED_TIMEOUT_MS, signal }, (joined) =>
      embedder.embed([text], { kind: 'query', signal: joined }),
    );
    if (embedding === undefined)
      throw new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'The embedder gave no vector for the question.' });
    return embedding;
  }

  function of(text: string): Promise<Float32Array> {
    const embedding = made.get(text) ?? embed(text);
    made.set(text, embedding);
    return embedding;
  }

  return {
    of,
    // Whoever asks for it hears how it failed.
    begin: (text) => void of(text).catch(() => undefined),
  };
}

/**
 * Goes on loading a model that a question could not wait for: Ollama stops loading when the question's call ends, so that
 * one which takes longer than people wait would never be there. One at a time, and what comes of it is no matter.
 */
export function createWarmUp(load: () => Promise<unknown>): () => void {
  let warming: Promise<void> | undefined;
  return () => {
    warming ??= load()
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        warming = undefined;
      });
  };
}

import type { RetrievalEngines } from '../answer/retrieval.js';
import type { Embedder } from '../ports/embedder.js';
import type { Stopwatch } from './stopwatch.js';

type SearchEngines = Pick<RetrievalEngines, 'embedder' | 'keywordIndex' | 'vectorIndex' | 'chunkStore'>;

/** The engines of a search, each call of it timed. */
export function timedEngines(
  { embedder, keywordIndex, vectorIndex, chunkStore }: SearchEngines,
  { time }: Stopwatch,
): SearchEngines {
  const embed: Embedder['embed'] = (...call) => time('embed question', () => embedder.embed(...call));
  return {
    // Some embedders know their space only when they have begun.
    embedder: Object.create(embedder, { embed: { value: embed } }) as Embedder,
    keywordIndex: {
      ...keywordIndex,
      candidates: (...call) => time('search words', () => keywordIndex.candidates(...call)),
    },
    vectorIndex: {
      ...vectorIndex,
      candidates: (...call) => time('search meaning', () => vectorIndex.candidates(...call)),
    },
    chunkStore: { ...chunkStore, get: (...call) => time('read passages', () => chunkStore.get(...call)) },
  };
}

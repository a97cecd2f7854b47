import type { ChunkId, CreatorId, DocumentId } from '../ids.js';
import { withDeadline } from '../deadline.js';
import { DocentError, type ErrorCode } from '../errors.js';
import type { ActiveDocument } from '../ingest/document-registry.js';
import { MAX_BATCH } from '../chunk-checks.js';
import type { Chunk, ChunkStore } from '../ports/chunk-store.js';
import type { Clock } from '../ports/clock.js';
import type { Embedder } from '../ports/embedder.js';
import type { KeywordIndex, KeywordResult } from '../ports/keyword-index.js';
import type { Logger } from '../ports/logger.js';
import type { VectorCandidate, VectorIndex } from '../ports/vector-index.js';
import { type Tuning, defaultTuning } from '../tuning.js';
import { type Evidence, coverageOf } from './evidence-gate.js';
import { fuse, fuseRanks } from './fusion.js';
import type { RankedChunk } from './passages.js';
import { type QuestionVectors, createQuestionVectors } from './question-vectors.js';

/** What retrieval works with. */
export interface RetrievalEngines {
  readonly chunkStore: ChunkStore;
  readonly keywordIndex: KeywordIndex;
  readonly vectorIndex: VectorIndex;
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: the values that answers are made with. */
  readonly tuning?: Tuning;
}

/** What is searched for, and in whose room. */
export interface Search {
  readonly creatorId: CreatorId;
  /** The question as it stands alone; the gate weighs its words. */
  readonly question: string;
  /** The question as it was asked, when it is another: a second, weaker query. */
  readonly originalQuestion?: string;
  readonly active: ReadonlyMap<DocumentId, ActiveDocument>;
  /** Vectors of what is asked, where some are being made already. */
  readonly vectors?: QuestionVectors;
  readonly signal: AbortSignal;
}

/** What was found. */
export interface Found {
  /** Best first, as many as are handed on. */
  readonly ranked: readonly RankedChunk[];
  readonly evidence: Evidence;
  /** Why meaning was not searched, when it was not; words were. */
  readonly vectorsMissing: 'no' | 'unavailable';
}

/** Weights of the stand-alone question and of the original one, as queries. */
const STANDALONE_WEIGHT = 1.3;
const ORIGINAL_WEIGHT = 0.5;
/** The wait for a vector's neighbours, in milliseconds; then words alone are searched. */
const VECTOR_TIMEOUT_MS = 3_000;

/** Failures of the search by meaning that leave the search by words as it is. */
const WITHOUT_VECTORS: ReadonlySet<ErrorCode> = new Set([
  'EMBEDDER_UNAVAILABLE',
  'ENGINE_UNAVAILABLE',
  'EMBEDDER_MISMATCH',
  'INDEX_UNFIT',
]);

interface QueryResult {
  readonly keyword: KeywordResult;
  readonly vector: readonly VectorCandidate[];
  readonly vectorsMissing: Found['vectorsMissing'];
  readonly ids: readonly ChunkId[];
  /** Whether a chunk has no vector yet, or none that can be searched. */
  isPending(id: ChunkId): boolean;
}

/**
 * Hybrid search in one creator's room: both indexes are asked, their candidates of active versions fused, and the best
 * chunks read. Without vectors (embedder or their index away, vectors lost or of another embedder) words alone are searched.
 * @throws DocentError `ENGINE_UNAVAILABLE` when the keyword index or the store fails: never an empty result in its place.
 */
export async function retrieve(engines: RetrievalEngines, search: Search): Promise<Found> {
  const { rankedChunks, gatePassages } = engines.tuning ?? defaultTuning;
  const vectors = search.vectors ?? createQuestionVectors(engines, search.signal);
  const main = await runQuery(engines, { ...search, vectors }, search.question);
  const { originalQuestion } = search;
  const ids =
    originalQuestion === undefined
      ? main.ids
      : fuseRanks([
          { weight: STANDALONE_WEIGHT, ids: main.ids },
          {
            weight: ORIGINAL_WEIGHT,
            ids: (await runQuery(engines, { ...search, vectors }, originalQuestion, main.vectorsMissing)).ids,
          },
        ]).map(({ id }) => id);
  const chunks = await engines.chunkStore.get(search.creatorId, ids.slice(0, rankedChunks));
  const similarityOf = similarityFinder(main);
  const matched = new Map(main.keyword.candidates.map(({ chunkId, matchedTerms }) => [chunkId, matchedTerms]));
  return {
    ranked: chunks.map((chunk) => ({ chunk, similarity: similarityOf(chunk.id) })),
    evidence: {
      terms: main.keyword.terms,
      passages: chunks
        .slice(0, gatePassages)
        .map(({ id }) => ({ matchedTerms: matched.get(id) ?? [], similarity: similarityOf(id) })),
    },
    vectorsMissing: main.vectorsMissing,
  };
}

type QuerySearch = Search & { readonly vectors: QuestionVectors };

/** @param knownMissing what an earlier query met: what was away then is not waited for a second time. */
async function runQuery(
  engines: RetrievalEngines,
  search: QuerySearch,
  text: string,
  knownMissing: Found['vectorsMissing'] = 'no',
): Promise<QueryResult> {
  const { creatorId, active, signal } = search;
  const { candidates: limit, keywordWeight, coverageExponent } = engines.tuning ?? defaultTuning;
  const isActive = (place: Place | undefined): boolean =>
    place !== undefined && active.get(place.documentId)?.version === place.version;
  const [keywordAll, vectors] = await Promise.all([
    engines.keywordIndex.candidates(creatorId, { text, limit, signal }),
    knownMissing === 'no' ? vectorCandidates(engines, search, text) : { candidates: [], missing: knownMissing },
  ]);
  const keyword = { ...keywordAll, candidates: keywordAll.candidates.filter(isActive) };
  const places = await placesOf(engines, creatorId, keywordAll, vectors.candidates);
  const vector = vectors.candidates.filter(({ chunkId }) => isActive(places.get(chunkId)));
  const learning = new Set(
    keyword.candidates.filter(({ documentId }) => active.get(documentId)?.isLearning).map(({ chunkId }) => chunkId),
  );
  const isPending = (id: ChunkId): boolean => vectors.missing !== 'no' || learning.has(id);
  const ids = fuse(
    keyword.candidates.map(({ chunkId, score, matchedTerms }) => ({
      id: chunkId,
      score,
      coverage: coverageOf(keyword.terms, matchedTerms),
    })),
    vector.map(({ chunkId, similarity }) => ({ id: chunkId, score: similarity })),
    { keywordWeight: keywordWeight ?? engines.embedder.calibration.keywordWeight, coverageExponent, isPending },
  ).map(({ id }) => id);
  return { keyword, vector, vectorsMissing: vectors.missing, ids, isPending };
}

/** Where a chunk belongs. */
type Place = Pick<Chunk, 'documentId' | 'version'>;

/** The places of vector candidates. One that neither the words nor the store know is not the creator's, or gone. */
async function placesOf(
  { chunkStore }: RetrievalEngines,
  creatorId: CreatorId,
  keyword: KeywordResult,
  vector: readonly VectorCandidate[],
): Promise<ReadonlyMap<ChunkId, Place>> {
  const places = new Map<ChunkId, Place>(keyword.candidates.map((candidate) => [candidate.chunkId, candidate]));
  const unknown = vector.map(({ chunkId }) => chunkId).filter((id) => !places.has(id));
  for (let from = 0; from < unknown.length; from += MAX_BATCH)
    for (const chunk of await chunkStore.get(creatorId, unknown.slice(from, from + MAX_BATCH)))
      places.set(chunk.id, chunk);
  return places;
}

/** A chunk that is no vector candidate, though it has a vector, is at the most as near as the last candidate. */
function similarityFinder({ vector, isPending }: QueryResult): (id: ChunkId) => number | null {
  const known = new Map(vector.map(({ chunkId, similarity }) => [chunkId, similarity]));
  const least = vector.at(-1)?.similarity ?? 0;
  return (id) => known.get(id) ?? (isPending(id) ? null : least);
}

async function vectorCandidates(
  engines: RetrievalEngines,
  search: QuerySearch,
  text: string,
): Promise<{ candidates: readonly VectorCandidate[]; missing: Found['vectorsMissing'] }> {
  const { creatorId, signal } = search;
  try {
    const candidates = await nearest(engines, search, text);
    if (candidates.length > 0 || !(await areVectorsLost(engines, search))) return { candidates, missing: 'no' };
    engines.logger.error('retrieval.vectors-lost', { creatorId, fix: `docent reindex --creator ${creatorId}` });
    return { candidates, missing: 'unavailable' };
  } catch (error) {
    signal.throwIfAborted();
    const isAway =
      error instanceof DocentError
        ? WITHOUT_VECTORS.has(error.code)
        : error instanceof Error && error.name === 'TimeoutError';
    if (!isAway) throw error;
    engines.logger.warn('retrieval.without-vectors', { creatorId }, error);
    return { candidates: [], missing: 'unavailable' };
  }
}

/** Whether the index lacks what it was given, as after the loss of its data: `reindex` makes the vectors anew. */
async function areVectorsLost(
  { vectorIndex, clock }: RetrievalEngines,
  { creatorId, active, signal }: Search,
): Promise<boolean> {
  if ([...active.values()].every(({ isLearning }) => isLearning)) return false;
  const stats = await withDeadline({ clock, timeoutMs: VECTOR_TIMEOUT_MS, signal }, () => vectorIndex.stats(creatorId));
  return (stats?.vectors ?? 0) === 0;
}

async function nearest(
  { embedder, vectorIndex, clock, tuning = defaultTuning }: RetrievalEngines,
  { creatorId, vectors, signal }: QuerySearch,
  text: string,
): Promise<VectorCandidate[]> {
  const embedding = await vectors.of(text);
  return withDeadline({ clock, timeoutMs: VECTOR_TIMEOUT_MS, signal }, (joined) =>
    vectorIndex.candidates(creatorId, { space: embedder.space, embedding, limit: tuning.candidates, signal: joined }),
  );
}

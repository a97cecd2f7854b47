import type { EmbedderCalibration } from '../../core/ports/embedder.js';
import { canonicalName, familyName } from './model-name.js';

/** How an embedding model wants its texts. */
export interface EmbeddingModel {
  /** Whether Docent knows it; one that it does not know gets its texts as they are. */
  readonly isKnown: boolean;
  /** Names what stands before the texts; part of the embedder's id, because other words make other vectors. */
  readonly scheme: string;
  readonly queryPrefix: string;
  readonly documentPrefix: string;
  /** Components of a vector; undefined until the model has made one. */
  readonly dimensions: number | undefined;
  /** Tokens of one text, special tokens included, as Ollama's file of the model has it. */
  readonly contextTokens: number;
  readonly calibration: EmbedderCalibration;
}

interface Row {
  readonly dimensions: number | Readonly<Record<string, number>>;
  readonly contextTokens: number;
  readonly scheme?: string;
  readonly query?: string;
  readonly document?: string;
  readonly evidenceSimilarity: number;
}

const SEARCH = 'Represent this sentence for searching relevant passages: ';

/**
 * What the models' own cards say (Hugging Face: nomic-ai/nomic-embed-text-v1.5 and -v2-moe, google/embeddinggemma-300m,
 * Qwen/Qwen3-Embedding, BAAI/bge-m3, mixedbread-ai/mxbai-embed-large-v1, Snowflake/snowflake-arctic-embed-l-v2.0,
 * sentence-transformers/all-MiniLM-L6-v2). Ollama adds no prefix itself. The context is that of Ollama's files: 2,048 for
 * nomic-embed-text, whose card says 8,192 (ollama/ollama#11214).
 */
const MODELS: Readonly<Record<string, Row>> = {
  'nomic-embed-text': {
    dimensions: 768,
    contextTokens: 2_048,
    scheme: 'nomic',
    query: 'search_query: ',
    document: 'search_document: ',
    evidenceSimilarity: 0.64,
  },
  'nomic-embed-text-v2-moe': {
    dimensions: 768,
    contextTokens: 512,
    scheme: 'nomic',
    query: 'search_query: ',
    document: 'search_document: ',
    evidenceSimilarity: 0.45,
  },
  embeddinggemma: {
    dimensions: 768,
    contextTokens: 2_048,
    scheme: 'gemma',
    query: 'task: search result | query: ',
    document: 'title: none | text: ',
    evidenceSimilarity: 0.45,
  },
  'qwen3-embedding': {
    dimensions: { '0.6b': 1_024, '4b': 2_560, '8b': 4_096, latest: 4_096 },
    contextTokens: 32_768,
    scheme: 'qwen3',
    query: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
    evidenceSimilarity: 0.55,
  },
  'bge-m3': { dimensions: 1_024, contextTokens: 8_192, evidenceSimilarity: 0.57 },
  'mxbai-embed-large': {
    dimensions: 1_024,
    contextTokens: 512,
    scheme: 'mxbai',
    query: SEARCH,
    evidenceSimilarity: 0.65,
  },
  'snowflake-arctic-embed2': {
    dimensions: 1_024,
    contextTokens: 8_192,
    scheme: 'arctic2',
    query: 'query: ',
    evidenceSimilarity: 0.45,
  },
  'all-minilm': { dimensions: 384, contextTokens: 256, evidenceSimilarity: 0.42 },
};

/** An unknown model may put all texts near each other: evidence is rather missed than invented. */
const UNKNOWN: Row = { dimensions: {}, contextTokens: 512, evidenceSimilarity: 0.65 };

/**
 * As measured for MiniLM (which all-minilm is; 0.42 is measured too): with keyword scores that count by the square of
 * their coverage it is about half words, half meaning, a mix that beats either alone over 29 sets of BEIR. The other models' similarities are not measured but
 * set on the high side of what unrelated texts reach with them; passages that share the question's words count anyway.
 */
const KEYWORD_WEIGHT = 0.6;

/** What is known of a model by its name; a size in the tag, such as `0.6b-q8_0`, may set the dimensions. */
export function embeddingModelOf(name: string): EmbeddingModel {
  const row = MODELS[familyName(name)];
  const { dimensions, contextTokens, evidenceSimilarity, scheme, query = '', document = '' } = row ?? UNKNOWN;
  return {
    isKnown: row !== undefined,
    scheme: scheme ?? 'plain',
    queryPrefix: query,
    documentPrefix: document,
    dimensions: typeof dimensions === 'number' ? dimensions : bySize(dimensions, name),
    contextTokens,
    calibration: { keywordWeight: KEYWORD_WEIGHT, evidenceSimilarity },
  };
}

function bySize(dimensions: Readonly<Record<string, number>>, name: string): number | undefined {
  const tag = canonicalName(name).replace(/^.*:/, '');
  return dimensions[tag] ?? dimensions[tag.split('-', 1)[0] ?? ''];
}

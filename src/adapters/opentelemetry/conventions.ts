/**
 * Names of spans and attributes after OpenTelemetry's conventions for generative AI, which are in development
 * (https://github.com/open-telemetry/semantic-conventions-genai). Text of questions, answers and documents is opt-in there,
 * and stays out here.
 */
export const names = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  /** In seconds. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  embeddingDimensions: 'gen_ai.embeddings.dimension.count',
  errorType: 'error.type',
  /** Docent's own. */
  outcome: 'docent.answer.outcome',
  platform: 'docent.platform',
  confidence: 'docent.answer.confidence',
  chunksRetrieved: 'docent.answer.chunks_retrieved',
  chunksCited: 'docent.answer.chunks_cited',
  embeddingOf: 'docent.embedding.of',
  embeddingTexts: 'docent.embedding.texts',
} as const;

/** Values of `gen_ai.operation.name`. */
export const operations = { chat: 'chat', embeddings: 'embeddings', retrieval: 'retrieval' } as const;

/** Models that run beside Docent have no provider of the conventions' list. */
export const SELF_HOSTED = 'self_hosted';

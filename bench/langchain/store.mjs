import { Chroma } from '@langchain/community/vectorstores/chroma';
import { OllamaEmbeddings } from '@langchain/ollama';

/**
 * @typedef {object} Servers
 * @property {string} redisUrl
 * @property {string} chromaUrl
 * @property {string} ollamaUrl
 */

/** Its Chroma store, with vectors of the same model. @param {Servers} servers @param {string} collectionName */
export function storeOf({ chromaUrl, ollamaUrl }, collectionName) {
  const { hostname, port } = new URL(chromaUrl);
  return new Chroma(new OllamaEmbeddings({ model: 'nomic-embed-text', baseUrl: ollamaUrl }), {
    collectionName,
    collectionConfiguration: { hnsw: { space: 'cosine' } },
    clientParams: { host: hostname, port: Number(port), ssl: false },
  });
}

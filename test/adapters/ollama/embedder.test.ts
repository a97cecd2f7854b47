import { describeEmbedderContract } from '../../contracts/embedder.contract.js';
import { startOllamaStandIn } from '../../support/ollama/server.js';
import { meaningVectors } from '../../support/ollama/vectors.js';
import { createAdapter } from './open-ollama.js';

describeEmbedderContract('Ollama with all-minilm', async () => {
  const server = await startOllamaStandIn({ installed: ['all-minilm'], vectors: meaningVectors() });
  const { embedder, contributions } = createAdapter(server.url, {
    environment: { OLLAMA_EMBED_MODEL: 'all-minilm' },
    chosenFor: ['embedder'],
  });
  return {
    embedder,
    estimatesTokens: true,
    seesBeyond: true,
    dispose: async () => {
      await contributions.stop?.();
      await server.close();
    },
  };
});

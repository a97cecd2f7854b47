import { describeChatModelContract } from '../../contracts/chat-model.contract.js';
import { startOllamaStandIn } from '../../support/ollama/server.js';
import { createAdapter } from './open-ollama.js';

for (const model of ['mistral', 'llama2:7b-chat', 'qwen3:8b', 'qwen3:4b', 'gpt-oss:20b', 'deepseek-r1:7b'])
  describeChatModelContract(`Ollama with ${model}`, async () => {
    const server = await startOllamaStandIn({ installed: [model] });
    const { chatModel, contributions } = createAdapter(server.url, {
      environment: { OLLAMA_CHAT_MODEL: model },
      chosenFor: ['chatModel'],
    });
    return {
      model: chatModel,
      dispose: async () => {
        await contributions.stop?.();
        await server.close();
      },
    };
  });

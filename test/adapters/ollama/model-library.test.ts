import { describeModelLibraryContract } from '../../contracts/model-library.contract.js';
import { openOllama } from './open-ollama.js';

describeModelLibraryContract('Ollama', async () => {
  const { library } = await openOllama({ installed: ['mistral'] });
  return { library, missing: 'nomic-embed-text', installed: 'mistral' };
});

import { createMiniLmEmbedder } from '../../../src/adapters/minilm/embedder.js';
import { startModelThread } from '../../../src/adapters/minilm/model-thread.js';
import { describeEmbedderContract } from '../../contracts/embedder.contract.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

describeEmbedderContract('MiniLM', async () => {
  const { embedder, stop } = createMiniLmEmbedder({
    maxThreads: 2,
    startThread: startModelThread,
    clock: createFakeClock(),
    logger: silentLogger,
  });
  return { embedder, dispose: stop };
});

import { z } from 'zod';
import { definePlugin } from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';

const settings = z.strictObject({
  threads: setting(settingTypes.integer({ min: 1, max: 16, fallback: 2 }), {
    env: 'DOCENT_EMBEDDER_WORKERS',
    description: 'How many threads embed texts; each takes a processor core and about 140 MB while documents are read.',
  }),
});

export default definePlugin({
  name: 'minilm',
  description: 'Embeds texts with all-MiniLM-L6-v2 inside this process.',
  settings,
  provides: ['embedder'],
  async create({ settings: { threads }, clock, logger }) {
    const { createMiniLmEmbedder } = await import('./embedder.js');
    const { startModelThread } = await import('./model-thread.js');
    const { embedder, stop } = createMiniLmEmbedder({
      maxThreads: threads,
      startThread: startModelThread,
      clock,
      logger,
    });
    return { engines: { embedder }, stop };
  },
});

import { definePlugin } from '../../core/plugin.js';
import { chromaSettingsSchema } from './settings.js';

export default definePlugin({
  name: 'chroma',
  description: 'Search by meaning on a Chroma server.',
  settings: chromaSettingsSchema,
  provides: ['vectorIndex'],
  async create({ settings, clock, logger }) {
    const [{ createConnection }, { createVectorIndex }] = await Promise.all([
      import('./connection.js'),
      import('./vector-index.js'),
    ]);
    const { minSimilarity } = settings;
    return {
      engines: {
        vectorIndex: createVectorIndex({
          connection: createConnection({ settings, clock }),
          logger,
          ...(minSimilarity === undefined ? {} : { minSimilarity }),
        }),
      },
    };
  },
});

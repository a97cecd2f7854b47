import { definePlugin } from '../../core/plugin.js';

export default definePlugin({
  name: 'quoting',
  description: 'Answers with the best sentences of the documents, for machines without a language model.',
  provides: ['chatModel'],
  async create() {
    const { createQuotingModel } = await import('./quoting-model.js');
    return { engines: { chatModel: createQuotingModel() } };
  },
});

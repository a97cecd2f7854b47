import { definePlugin } from '../../core/plugin.js';

export default definePlugin({
  name: 'terminal',
  description: 'Lets the docent command of this machine use the running Docent, over a local socket.',
  platforms: ['terminal'],
  needs: ['blobStore', 'coordinator'],
  async create({ engines, clock, logger, dataFolder }) {
    const { createTerminalAdapter } = await import('./terminal-adapter.js');
    const { socketPathOf } = await import('./socket-path.js');
    const socketPath = await socketPathOf(dataFolder);
    const { blobStore: blobs, coordinator } = engines;
    return { chatAdapters: [createTerminalAdapter({ socketPath, blobs, coordinator, clock, logger })] };
  },
});

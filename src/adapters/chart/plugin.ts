import { definePlugin } from '../../core/plugin.js';

export default definePlugin({
  name: 'chart',
  description: 'Draws the charts of reports, with a font of its own.',
  provides: ['chartRenderer'],
  async create() {
    const { createChartRenderer } = await import('./chart-renderer.js');
    return { engines: { chartRenderer: createChartRenderer() } };
  },
});

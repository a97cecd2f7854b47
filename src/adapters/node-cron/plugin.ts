import { definePlugin } from '../../core/plugin.js';

export default definePlugin({
  name: 'node-cron',
  description: 'Runs reports and clean-ups at cron times.',
  provides: ['schedule'],
  async create({ logger }) {
    const { createSchedule } = await import('./schedule.js');
    const { schedule, stop } = createSchedule(logger);
    return { engines: { schedule }, stop };
  },
});

import { definePlugin } from '../../core/plugin.js';
import { isSlackOn, slackSettingsSchema } from './settings.js';

export default definePlugin({
  name: 'slack',
  description: 'Answers in Slack: mentions, direct messages, slash commands, files and the home tab.',
  settings: slackSettingsSchema,
  platforms: ['slack'],
  needs: ['httpServer', 'recordStore'],
  enabled: isSlackOn,
  async create({ settings, engines, clock, logger }) {
    const { createSlack } = await import('./slack.js');
    return createSlack({ settings, engines, clock, logger });
  },
});

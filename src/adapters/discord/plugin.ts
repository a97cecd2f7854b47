import { definePlugin } from '../../core/plugin.js';
import { discordSettingsSchema } from './settings.js';

export default definePlugin({
  name: 'discord',
  description: 'Lets people ask in Discord: by commands, mentions, direct messages, and in threads.',
  settings: discordSettingsSchema,
  platforms: ['discord'],
  needs: ['recordStore'],
  enabled: ({ token }) => token !== undefined,
  async create({ settings, engines, clock, logger }) {
    const { token } = settings;
    if (token === undefined) return {};
    const { createRestApi } = await import('./api/rest-api.js');
    const { createDiscordAdapter } = await import('./discord-adapter.js');
    const { createAppHealth } = await import('./admin/app-health.js');
    const { createChannelHealth } = await import('./admin/channel-health.js');
    const { recordStore } = engines;
    const api = createRestApi({ apiUrl: settings.apiUrl, token, logger });
    return {
      chatAdapters: [createDiscordAdapter({ settings, token, api, recordStore, clock, logger })],
      healthChecks: [
        createAppHealth({ api, wantsMessageContent: settings.messageContent, clock }),
        createChannelHealth({ api, recordStore, clock }),
      ],
    };
  },
});

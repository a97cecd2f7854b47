import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { definePlugin } from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';

const settings = z.strictObject({
  isOn: setting(settingTypes.flag(true), {
    env: 'DOCENT_WEB',
    description: 'Whether the page is served.',
  }),
  token: setting(z.string().min(16, 'use at least 16 characters').optional(), {
    env: 'DOCENT_WEB_TOKEN',
    description:
      'What people must type to open the page, at least 16 characters. Needed where other machines reach the server.',
    secret: true,
  }),
});

export default definePlugin({
  name: 'web',
  description: 'A chat workspace in the browser: threads, documents, figures and health.',
  settings,
  platforms: ['web'],
  needs: ['httpServer', 'recordStore', 'blobStore', 'coordinator'],
  enabled: ({ isOn }) => isOn,
  async create({ settings: { token }, engines, clock, logger }) {
    const { createWebAdapter } = await import('./web-adapter.js');
    const { adapter, handler, eraser } = createWebAdapter({
      records: engines.recordStore,
      blobs: engines.blobStore,
      coordinator: engines.coordinator,
      clock,
      logger,
      isLoopback: engines.httpServer.isLoopback,
      token,
      pageFolder: fileURLToPath(new URL('./page/', import.meta.url)),
    });
    engines.httpServer.mount('/', handler);
    return { chatAdapters: [adapter], erasers: [eraser] };
  },
});

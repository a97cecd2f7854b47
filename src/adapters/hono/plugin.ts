import { z } from 'zod';
import { definePlugin } from '../../core/plugin.js';
import { setting, settingTypes } from '../../core/settings.js';

const settings = z.strictObject({
  host: setting(settingTypes.text('127.0.0.1'), {
    env: 'DOCENT_WEB_HOST',
    description: 'The address the HTTP server listens on; 0.0.0.0 makes it reachable from other machines.',
  }),
  port: setting(z.coerce.number().int().min(0).max(65_535).optional(), {
    env: 'DOCENT_WEB_PORT',
    description: 'The port the HTTP server listens on. Unset: 3000, or the next free one up to 3020.',
  }),
});

export default definePlugin({
  name: 'hono',
  description: 'One HTTP server for the web page, platform events and health checks.',
  settings,
  provides: ['httpServer'],
  async create({ settings: { host, port }, clock, logger }) {
    const { createHttpServer } = await import('./http-server.js');
    return { engines: { httpServer: createHttpServer({ host, port, clock, logger }) } };
  },
});

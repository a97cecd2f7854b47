import { z } from 'zod';
import { definePlugin } from '../../core/plugin.js';
import { setting } from '../../core/settings.js';

const settings = z.strictObject({
  level: setting(z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'), {
    env: 'DOCENT_LOG_LEVEL',
    description: 'The least important lines that are still logged: debug, info, warn, error or silent.',
  }),
  format: setting(z.enum(['text', 'json']).optional(), {
    env: 'DOCENT_LOG_FORMAT',
    description: 'How log lines look: json, or text for people. Unset: text in a terminal, json elsewhere.',
  }),
});

export default definePlugin({
  name: 'pino',
  description: 'Writes the log to standard error, one line an event, without secrets.',
  settings,
  provides: ['logger'],
  async create({ settings: { level, format }, clock }) {
    const { createLogger, standardError } = await import('./logger.js');
    return {
      engines: {
        logger: createLogger({
          level,
          format: format ?? (process.stderr.isTTY ? 'text' : 'json'),
          clock,
          write: standardError(),
        }),
      },
    };
  },
});

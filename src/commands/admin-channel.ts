import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { moveReports } from './move-reports.js';

/** Chooses the channel that gets a creator's reports and warnings. */
export const adminChannelCommand = defineCommand({
  name: 'admin-channel',
  description: 'Choose this channel for reports and warnings.',
  input: z.object({
    timezone: z.string().max(64).optional().meta({
      description: 'Time zone of the reports; without it, it stays as it is.',
      example: 'Europe/Berlin',
    }),
  }),
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  run: (context) => moveReports(context, context.input.timezone),
});

import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { describeHealth } from '../core/health/health-text.js';
import type { JsonValue } from '../core/json.js';

/** How every component is, with what to do about the sick ones. */
export const healthCommand = defineCommand({
  name: 'health',
  description: 'See whether everything works, and how to repair what does not.',
  input: z.object({}),
  access: 'manager',
  readOnly: true,
  isPrivate: true,
  needsCreator: false,
  async run({ services, signal }) {
    const summary = await services.health.check(signal);
    return notice(describeHealth(summary), { ...summary } as unknown as JsonValue);
  },
});

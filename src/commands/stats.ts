import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import type { JsonValue } from '../core/json.js';
import { describeMetrics } from '../core/metrics/metrics-text.js';

/** The creator's figures of the last days, each with what to do about it. */
export const statsCommand = defineCommand({
  name: 'stats',
  description: 'See how many questions were answered, how well, and what to do about it.',
  input: z.object({
    days: z.int().min(1).max(7).default(7).meta({ description: 'How many days, today included.' }),
  }),
  access: 'manager',
  readOnly: true,
  async run({ creatorId, input, services }) {
    const summary = await services.metrics.summary(creatorId, input.days);
    return notice(describeMetrics(summary), { ...summary } as unknown as JsonValue);
  },
});

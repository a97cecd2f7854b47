import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { describeHealth } from '../core/health/health-text.js';
import type { JsonValue } from '../core/json.js';

const CHANNEL_GONE =
  '\n- ⚠️ **reports**: They are paused, because their channel is gone. Use the command "reports channel" where they shall come.';

/** How every component is, with what to do about the sick ones, and whether the creator's reports have lost their channel. */
export const healthCommand = defineCommand({
  name: 'health',
  description: 'See whether everything works, and how to repair what does not.',
  input: z.object({}),
  access: 'manager',
  readOnly: true,
  isPrivate: true,
  needsCreator: false,
  async run({ creatorId, services, signal, logger }) {
    const [whole, own, isChannelGone] = await Promise.all([
      services.health.check(signal),
      services.ownHealth.check(signal),
      // What keeps the records may be what is sick.
      services.reports.isChannelGone(creatorId).catch((error: unknown) => {
        logger.warn('health.reports-not-read', { creatorId }, error);
        return false;
      }),
    ]);
    const data = { ...whole, ownComponents: own.components };
    return notice(`${describeHealth(whole)}${isChannelGone ? CHANNEL_GONE : ''}`, data as unknown as JsonValue);
  },
});

import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';

/** Chooses the channel that gets a creator's reports. */
export const adminChannelCommand = defineCommand({
  name: 'admin-channel',
  description: 'Choose this channel for the weekly report and for warnings.',
  input: z.object({}),
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  async run({ creatorId, event, services }) {
    const address = { ...event.address, threadId: null };
    await services.links.setAdminChannel(creatorId, address);
    return notice(`Reports and warnings about **${creatorId}** come here from now on.`, {
      address,
    });
  },
});

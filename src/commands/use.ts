import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { creatorIdSchema } from '../core/ids.js';

/** Chooses whom a member asks in direct messages. */
export const useCommand = defineCommand({
  name: 'use',
  description: 'Choose whose knowledge I answer from when you write to me directly.',
  input: z.object({
    creator: creatorIdSchema.meta({
      description: 'One whose channels you are in.',
      example: 'my-course',
      suggests: 'creators',
    }),
  }),
  access: 'member',
  readOnly: false,
  needsCreator: false,
  isPrivate: true,
  async run({ event, input: { creator }, services, signal }) {
    if (!services.directRooms.decides(event))
      return notice('Here the place decides whose knowledge I use. This command is for direct messages to me.');
    await services.directRooms.choose(event, creator, signal);
    return notice(`In direct messages you ask **${creator}** from now on. What would you like to know?`, { creator });
  },
});

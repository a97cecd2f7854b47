import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { FORGET_ME } from '../core/core-erasers.js';
import { describeErased } from './describe-erased.js';

/** Erases what is kept of whoever runs it, in one creator's room. */
export const forgetMeCommand = defineCommand({
  name: FORGET_ME,
  description: 'Erase what I keep of you here: your questions, answers and votes.',
  input: z.object({}),
  access: 'member',
  readOnly: false,
  isPrivate: true,
  async run({ creatorId, memberKey, services }) {
    const erased = await services.erasure.forgetMember(creatorId, memberKey);
    const text =
      erased.length === 0
        ? 'I keep nothing of you here.'
        : `Done. I erased ${describeErased(erased)}. Documents that you added stay, without your name.`;
    return notice(text, { erased: erased.map((one) => ({ ...one })) });
  },
});

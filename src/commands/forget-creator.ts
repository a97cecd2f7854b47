import { z } from 'zod';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';
import { DocentError } from '../core/errors.js';
import { describeErased } from './describe-erased.js';

/** Erases a creator with everything: documents, talks, figures and links. */
export const forgetCreatorCommand = defineCommand({
  name: 'forget-creator',
  description: 'Erase everything of the creator here: documents, talks, figures and links.',
  input: z.object({
    creator: z
      .string()
      .max(63)
      .meta({ description: "The creator's name, typed as a confirmation.", example: 'my-course' }),
  }),
  access: 'operator',
  readOnly: false,
  isPrivate: true,
  async run({ creatorId, input, services }) {
    if (input.creator !== creatorId)
      throw new DocentError('COMMAND_INPUT', {
        userMessage: `Nothing was erased. To erase everything of "${creatorId}", type its name: forget-creator ${creatorId}`,
      });
    const erased = await services.erasure.forgetCreator(creatorId);
    const text =
      erased.length === 0
        ? `There was nothing of **${creatorId}**.`
        : `**${creatorId}** is erased: ${describeErased(erased)}.`;
    return notice(text, { creatorId, erased: erased.map((one) => ({ ...one })) });
  },
});

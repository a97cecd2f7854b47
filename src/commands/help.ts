import { z } from 'zod';
import { mayRun } from '../core/chat/access.js';
import { usageOf } from '../core/chat/command-input.js';
import { defineCommand } from '../core/chat/command.js';
import { notice } from '../core/chat/outgoing-message.js';

/** Lists what the person may do here. */
export const helpCommand = defineCommand({
  name: 'help',
  description: 'See what I can do for you.',
  input: z.object({}),
  access: 'member',
  readOnly: true,
  isPrivate: true,
  needsCreator: false,
  async run({ event, role, services }) {
    const link = event.creatorId === undefined ? await services.links.find(event.address) : undefined;
    const commands = services.commands.filter((command) => command.hidden !== true && mayRun(command, role, link));
    const lines = commands.map((command) => `- \`${usageOf(command)}\` ${command.description}`);
    const data = commands.map((command) => ({
      name: command.name,
      usage: usageOf(command),
      description: command.description,
    }));
    return notice(
      `I answer questions from the documents here and show where the answer stands. Ask me in a thread and go on without mentioning me again.\n\n${lines.join('\n')}`,
      { commands: data },
    );
  },
});

import { describe, expect, it } from 'vitest';
import { documentsCommand } from '../../src/commands/documents.js';
import { feedbackCommand } from '../../src/commands/feedback.js';
import { forgetCreatorCommand } from '../../src/commands/forget-creator.js';
import { helpCommand } from '../../src/commands/help.js';
import { ingestCommand } from '../../src/commands/ingest.js';
import { linkCommand } from '../../src/commands/link.js';
import { openCommands } from './run-command.js';

const commands = [ingestCommand, documentsCommand, linkCommand, forgetCreatorCommand, helpCommand, feedbackCommand];

describe('help', () => {
  it.each([
    ['member', ['documents', 'help']],
    ['manager', ['ingest', 'documents', 'link', 'help']],
    ['operator', ['ingest', 'documents', 'link', 'forget-creator', 'help']],
  ] as const)('shows a %s what that person may run: %j', async (role, names) => {
    const { say } = await openCommands({ commands });
    const { data } = await say(helpCommand, {}, { role });
    expect((data as { commands: { name: string }[] }).commands.map(({ name }) => name)).toEqual(names);
  });

  it('shows how a command is written', async () => {
    const { say } = await openCommands({ commands });
    expect((await say(helpCommand)).text).toContain(
      '- `link <creator> [ingestion] [--whole-workspace]` Choose whose knowledge this channel uses.',
    );
  });
});

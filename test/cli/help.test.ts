import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeCommands } from '../../src/adapters/terminal/describe-commands.js';
import { commandHelp, overview } from '../../src/cli/help.js';
import { defineCommand } from '../../src/core/chat/command.js';
import { notice } from '../../src/core/chat/outgoing-message.js';

const base = { access: 'member', readOnly: true, run: async () => notice('') } as const;
const commands = describeCommands([
  defineCommand({
    ...base,
    name: 'stats',
    description: 'Shows the figures.',
    input: z.object({
      days: z.number().int().default(7).meta({ description: 'Of how many days.' }),
      onlyFailed: z.boolean().default(false).meta({ description: 'Only what failed.' }),
    }),
  }),
  defineCommand({
    ...base,
    name: 'ingest',
    description: 'Adds documents.',
    input: z.object({ replace: z.boolean().default(true).meta({ description: 'Over an older version.' }) }),
    attachments: 'required',
  }),
]);

describe('the help of the terminal command', () => {
  it('lists its own commands and those of every plugin', () => {
    const text = overview(commands);
    for (const line of ['start', 'doctor', 'stats', 'ingest']) expect(text).toMatch(new RegExp(`^  ${line} `, 'm'));
  });

  it('draws the usage of a command from its input', () => {
    const [stats] = commands;
    if (stats === undefined) throw new Error('no command');
    const text = commandHelp(stats);
    expect(text).toMatch(/^Usage: docent stats \[DAYS\] \[OPTIONS\]\n\nShows the figures\.\n/);
    expect(text).toContain('--days DAYS      Of how many days.');
    expect(text).toContain('--only-failed    Only what failed.');
  });

  it('asks for files where the command works on them', () => {
    const ingest = commands[1];
    if (ingest === undefined) throw new Error('no command');
    expect(commandHelp(ingest)).toMatch(/^Usage: docent ingest FILE-OR-FOLDER… \[OPTIONS\]/);
    expect(commandHelp(ingest)).toContain('--no-replace     Over an older version. Default: yes.');
  });
});

import type { APIApplicationCommandOptionChoice } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { commandPayloads } from '../../../src/adapters/discord/commands/command-payload.js';
import { builtInCommands } from '../../../src/plugins.js';
import { openDocent } from './open-docent.js';

describe('what people choose from in a command', () => {
  it('is there in German too', () => {
    const host = { commands: builtInCommands, acceptedExtensions: [] };
    const choices = commandPayloads({ host, hasOperators: true })
      .flatMap((command) => ('options' in command ? (command.options ?? []) : []))
      .flatMap((option): readonly APIApplicationCommandOptionChoice[] =>
        'choices' in option ? (option.choices ?? []) : [],
      );
    expect(choices.length).toBeGreaterThan(10);
    expect(choices.filter(({ name_localizations: names }) => names?.de === undefined)).toEqual([]);
    expect(choices).toContainEqual({ name: 'pause', value: 'pause', name_localizations: { de: 'anhalten' } });
  });

  it('is, for whose knowledge a channel uses, what there is and begins as typed', async () => {
    const docent = await openDocent();
    const { manager, member, channel } = docent;
    await docent.link({ creator: 'coach' });
    await docent.addDocument();
    const typed = (value: string) => manager.typeOption(channel, 'link', { name: 'creator', value });
    expect(await typed('co')).toEqual([{ name: 'coach', value: 'coach' }]);
    expect(await typed('zumba')).toEqual([]);
    await expect(member.typeOption(channel, 'link', { name: 'creator', value: 'co' })).rejects.toThrow('permissions');
    expect(docent.server.violations).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { commandPayloads } from '../../../src/adapters/discord/commands/command-payload.js';
import { actionId, readCustomId } from '../../../src/adapters/discord/commands/custom-id.js';
import { toDiscordMarkdown } from '../../../src/adapters/discord/draw/discord-markdown.js';
import { germanCommands } from '../../../src/adapters/discord/commands/german.js';
import { missingPermissions, permissionsOf } from '../../../src/adapters/discord/api/permissions.js';
import { threadNameOf } from '../../../src/adapters/discord/reply/reply-context.js';
import { discordSettingsSchema } from '../../../src/adapters/discord/settings.js';
import { describeInput } from '../../../src/core/chat/command-input.js';
import { readSettings } from '../../../src/core/settings.js';
import { builtInCommands } from '../../../src/plugins.js';

const published = builtInCommands.filter(({ hidden }) => hidden !== true);

describe('commands as Discord registers them', () => {
  it('have all a German name and description, as have their options', () => {
    expect(Object.keys(germanCommands).toSorted()).toEqual(published.map(({ name }) => name).toSorted());
    for (const command of published)
      expect(Object.keys(germanCommands[command.name]?.options ?? {}).toSorted()).toEqual(
        describeInput(command)
          .map(({ name }) => name)
          .toSorted(),
      );
  });

  it('leave out what only operators may run where nobody is one', () => {
    const host = { commands: builtInCommands, acceptedExtensions: ['.pdf'] };
    const names = commandPayloads({ host, hasOperators: false }).map(({ name }) => name);
    expect(names).not.toContain('forget-creator');
    expect(commandPayloads({ host, hasOperators: true }).map(({ name }) => name)).toContain('forget-creator');
  });

  it('name no kinds of files where there are more than Discord takes', () => {
    const many = Array.from({ length: 11 }, (_, index) => `.a${index}`);
    const host = { commands: builtInCommands, acceptedExtensions: many };
    expect(JSON.stringify(commandPayloads({ host, hasOperators: false }))).not.toContain('file_types');
  });
});

describe('the id of a button', () => {
  it('says what the button runs', () => {
    const action = { command: 'use', input: { creator: 'a'.repeat(63) } };
    expect(readCustomId(actionId(action) ?? '')).toEqual({ kind: 'action', asks: undefined, ...action });
  });

  it('is none for more than it may hold, and nothing when it was not made here', () => {
    expect(actionId({ command: 'ask', input: { question: 'x'.repeat(100) } })).toBeUndefined();
    for (const id of ['', 'action', 'action|ask||{', 'passage|nothing', 'form|ask||[1]'])
      expect(readCustomId(id)).toBeUndefined();
  });
});

describe('Markdown for Discord', () => {
  it('draws tables in even columns, deep headings in bold, and pictures as links', () => {
    expect(toDiscordMarkdown('| A | Bee |\n|---|---|\n| one | 2 |')).toBe('```\nA    Bee\n───  ───\none  2\n```');
    expect(toDiscordMarkdown('#### Deep\n![Plan](https://example.org/a.png)')).toBe(
      '**Deep**\n[Plan](https://example.org/a.png)',
    );
  });

  it('leaves code as it is, and calls nobody', () => {
    expect(toDiscordMarkdown('```\n#### not a heading\n```')).toBe('```\n#### not a heading\n```');
    expect(toDiscordMarkdown('@everyone <@123>')).not.toMatch(/@everyone|<@/);
  });
});

describe('permissions in a channel', () => {
  const VIEW = 1n << 10n;
  const SEND = 1n << 11n;
  const guild = {
    id: '1',
    owner_id: '2',
    roles: [
      { id: '1', permissions: String(VIEW) },
      { id: '5', permissions: String(SEND) },
    ],
  };

  it('are those of the roles, changed by the channel for everybody, roles and the member in that order', () => {
    const holder = { userId: '9', roleIds: ['5'] };
    expect(permissionsOf(guild, holder)).toBe(VIEW | SEND);
    const everyone = { id: '1', type: 0, allow: '0', deny: String(VIEW | SEND) } as const;
    const role = { id: '5', type: 0, allow: String(SEND), deny: '0' } as const;
    const member = { id: '9', type: 1, allow: String(VIEW), deny: String(SEND) } as const;
    expect(permissionsOf(guild, holder, [everyone, role])).toBe(SEND);
    expect(permissionsOf(guild, holder, [everyone, role, member])).toBe(VIEW);
  });

  it('are all of them for the owner, who lacks none', () => {
    expect(missingPermissions(permissionsOf(guild, { userId: '2', roleIds: [] }))).toEqual([]);
    expect(missingPermissions(VIEW)).toContain('Send Messages');
  });
});

describe('a thread', () => {
  it('is called like the question, on one line and shortened at a word', () => {
    expect(threadNameOf('When are\nrefunds paid?')).toBe('When are refunds paid?');
    const long = threadNameOf('word '.repeat(60));
    expect(long.length).toBeLessThanOrEqual(100);
    expect(long).toMatch(/word…$/);
    expect(threadNameOf(' \n ')).toBe('Question');
  });
});

describe('the settings of Discord', () => {
  it('are read from the environment, and say what is wrong without the token', () => {
    const read = readSettings(discordSettingsSchema, { DISCORD_TOKEN: 't', DISCORD_MANAGER_ROLE_IDS: '12345, 67890' });
    expect(read).toMatchObject({ settings: { managerRoleIds: ['12345', '67890'], answers: 'thread' } });
    const wrong = readSettings(discordSettingsSchema, { DISCORD_TOKEN: 'secret', DISCORD_GUILD_ID: 'mine' });
    expect(JSON.stringify(wrong)).toMatch(/DISCORD_GUILD_ID is wrong: an id is a number/);
    expect(JSON.stringify(wrong)).not.toContain('secret');
  });
});

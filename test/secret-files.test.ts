import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../src/core/plugin.js';
import { setting, settingTypes } from '../src/core/settings.js';
import { readSecretFiles } from '../src/secret-files.js';
import { temporaryFolder } from './support/temporary-folder.js';

const plugins = [
  definePlugin({
    name: 'chat',
    description: 'Talks.',
    settings: z.object({
      token: setting(settingTypes.optionalText(), { env: 'CHAT_TOKEN', description: 'The token.', secret: true }),
      room: setting(settingTypes.optionalText(), { env: 'CHAT_ROOM', description: 'The room.' }),
    }),
  }),
];

async function secretFile(text: string): Promise<string> {
  const path = join(await temporaryFolder(), 'token');
  await writeFile(path, text);
  return path;
}

describe('secrets in files', () => {
  it('are read without their last line end, beside what is set otherwise', async () => {
    const environment = { CHAT_TOKEN_FILE: await secretFile('a secret \n'), CHAT_ROOM: 'help' };
    expect(await readSecretFiles(plugins, environment)).toEqual({
      environment: { ...environment, CHAT_TOKEN: 'a secret ' },
      problems: [],
    });
  });

  it('are only looked for where a setting is a secret', async () => {
    const environment = { CHAT_ROOM_FILE: '/nowhere', SSL_CERT_FILE: '/nowhere', CHAT_TOKEN_FILE: '' };
    expect(await readSecretFiles(plugins, environment)).toEqual({ environment, problems: [] });
  });

  it('are a problem of the plan when they cannot be read, or are set twice', async () => {
    const missing = await readSecretFiles(plugins, { CHAT_TOKEN_FILE: '/nowhere/token' });
    expect(missing.problems).toEqual([
      {
        where: 'chat',
        problem:
          "CHAT_TOKEN_FILE names a file that cannot be read (ENOENT). Check its path, and that Docent's user may read it.",
      },
    ]);
    const twice = await readSecretFiles(plugins, { CHAT_TOKEN_FILE: await secretFile('a'), CHAT_TOKEN: 'b' });
    expect(twice.problems).toEqual([
      { where: 'chat', problem: 'CHAT_TOKEN and CHAT_TOKEN_FILE are both set. Unset one of the two.' },
    ]);
  });
});

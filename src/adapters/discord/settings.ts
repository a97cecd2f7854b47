import { z } from 'zod';
import { setting, settingTypes } from '../../core/settings.js';

/** An id of Discord: a number of up to 20 digits. */
const snowflake = z.string().regex(/^\d{5,20}$/, 'an id is a number, such as 1134567890123456789');

const snowflakes = z
  .string()
  .transform((text) => text.split(',').map((id) => id.trim()))
  .pipe(z.array(snowflake).max(100))
  .default([]);

const address = (fallback: string) =>
  z
    .url({ protocol: /^https?$/, error: 'it must look like https://host/path' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default(fallback);

/** How Discord is reached, and how Docent behaves there. */
export const discordSettingsSchema = z.strictObject({
  token: setting(settingTypes.optionalText(), {
    env: 'DISCORD_TOKEN',
    description: 'Token of the bot; without it Discord stays off.',
    secret: true,
  }),
  guildId: setting(snowflake.optional(), {
    env: 'DISCORD_GUILD_ID',
    description: 'Server that the commands are registered in alone, at once; without it they are there everywhere.',
  }),
  answers: setting(z.enum(['thread', 'reply']).default('thread'), {
    env: 'DISCORD_ANSWERS',
    description: 'Whether an answer in a text channel opens a `thread` or is a `reply` in the channel.',
  }),
  streaming: setting(settingTypes.flag(true), {
    env: 'DISCORD_STREAMING',
    description: 'Whether an answer is shown while it is written.',
  }),
  messageContent: setting(settingTypes.flag(true), {
    env: 'DISCORD_MESSAGE_CONTENT',
    description: 'Whether messages that do not mention the bot are read; needs the Message Content Intent.',
  }),
  managerRoleIds: setting(snowflakes, {
    env: 'DISCORD_MANAGER_ROLE_IDS',
    description: 'Roles whose members count as managers beside those with Manage Server, by id, separated by commas.',
  }),
  operatorIds: setting(snowflakes, {
    env: 'DISCORD_OPERATOR_IDS',
    description: 'Users who run this Docent, by id, separated by commas; they may use every command.',
  }),
  catchUpMinutes: setting(settingTypes.integer({ min: 0, max: 1_440, fallback: 60 }), {
    env: 'DISCORD_CATCH_UP_MINUTES',
    description: 'Age up to which messages that were missed during a restart are answered, in minutes.',
  }),
  shardsInProcess: setting(settingTypes.integer({ min: 1, max: 64, fallback: 8 }), {
    env: 'DISCORD_SHARDS_IN_PROCESS',
    description: 'Most shards that run inside this process; beyond it each shard runs in a process of its own.',
  }),
  apiUrl: setting(address('https://discord.com/api'), {
    env: 'DISCORD_API_URL',
    description: "Address of Discord's API, for another server that speaks it.",
  }),
  cdnUrl: setting(address('https://cdn.discordapp.com'), {
    env: 'DISCORD_CDN_URL',
    description: 'Address that posted files are downloaded from; no other one is.',
  }),
});

/** The settings, read and checked. */
export type DiscordSettings = z.output<typeof discordSettingsSchema>;

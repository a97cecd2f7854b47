import type { PermissionsString } from 'discord.js';
import { isAllowed } from '../permissions.js';
import { Refusal } from '../refusal.js';
import type { Channel, Guild, Message } from '../world.js';
import type { Call } from './route.js';

/** The channel of the path, when the bot may see it. @throws Refusal 10003, 50001. */
export function visibleChannel({ world, parameter }: Call): Channel {
  const channel = world.channels.get(parameter('channel'));
  if (channel === undefined) throw new Refusal('UNKNOWN_CHANNEL');
  if (!isAllowed(channel, world.bot.id, 'ViewChannel')) throw new Refusal('MISSING_ACCESS');
  return channel;
}

/** The message of the path. @throws Refusal 10008. */
export function messageIn(channel: Channel, id: string): Message {
  const message = channel.messages.find((known) => known.id === id);
  if (message === undefined) throw new Refusal('UNKNOWN_MESSAGE');
  return message;
}

/** The guild of the path, when the bot is in it. @throws Refusal 10004. */
export function ownGuild({ world, parameter }: Call): Guild {
  const guild = world.guilds.get(parameter('guild'));
  if (guild === undefined || !guild.hasBot) throw new Refusal('UNKNOWN_GUILD');
  return guild;
}

/** @throws Refusal 50013 when the bot lacks one of the permissions in the channel. */
export function demand({ world }: Call, channel: Channel, ...permissions: readonly PermissionsString[]): void {
  if (!permissions.every((permission) => isAllowed(channel, world.bot.id, permission)))
    throw new Refusal('MISSING_PERMISSIONS');
}

/** Whether the bot has a permission in the channel. */
export function may({ world }: Call, channel: Channel, permission: PermissionsString): boolean {
  return isAllowed(channel, world.bot.id, permission);
}

import { OverwriteType, PermissionFlagsBits } from 'discord.js';
import type { WireGuild, WireGuildCreate, WireOverwrite } from './wire.js';

/** Everything, as owners and administrators have it. */
const ALL = ~0n;

/** What Docent needs in a channel, in the words of Discord's own settings. */
export const NEEDED_PERMISSIONS = {
  'View Channels': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
  'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
  'Attach Files': PermissionFlagsBits.AttachFiles,
  'Embed Links': PermissionFlagsBits.EmbedLinks,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
} as const;

/** The needed permissions as one number, for the invite. */
export const neededBits = Object.values(NEEDED_PERMISSIONS).reduce((sum, bit) => sum | bit, 0n);

/** The names of the needed permissions that are missing. */
export function missingPermissions(permissions: bigint): string[] {
  return Object.entries(NEEDED_PERMISSIONS).flatMap(([name, bit]) => (has(permissions, bit) ? [] : [name]));
}

/** Whether a permission is among them; administrators have every one. */
export function has(permissions: bigint, bit: bigint): boolean {
  return (permissions & (bit | PermissionFlagsBits.Administrator)) !== 0n;
}

/** A member, as far as permissions depend on it. */
export interface PermissionHolder {
  readonly userId: string;
  readonly roleIds: readonly string[];
}

/** The roles that a member has in a guild which just came into sight; none for somebody whom it does not show. */
export function roleIdsIn({ members }: Pick<WireGuildCreate, 'members'>, userId: string): readonly string[] {
  return members.find(({ user }) => user.id === userId)?.roles ?? [];
}

/**
 * What a member may do in a guild, or in one of its channels when the channel's overwrites are given.
 * @see https://discord.com/developers/docs/topics/permissions#permission-overwrites
 */
export function permissionsOf(
  guild: Pick<WireGuild, 'id' | 'owner_id' | 'roles'>,
  { userId, roleIds }: PermissionHolder,
  overwrites: readonly WireOverwrite[] = [],
): bigint {
  if (guild.owner_id === userId) return ALL;
  const own = new Set([guild.id, ...roleIds]);
  const base = guild.roles.reduce((sum, { id, permissions }) => (own.has(id) ? sum | BigInt(permissions) : sum), 0n);
  if (has(base, PermissionFlagsBits.Administrator)) return ALL;
  const everyone = overwrites.filter(({ id }) => id === guild.id);
  const roles = overwrites.filter(({ id, type }) => type === OverwriteType.Role && id !== guild.id && own.has(id));
  const member = overwrites.filter(({ id, type }) => type === OverwriteType.Member && id === userId);
  return [everyone, roles, member].reduce(applied, base);
}

/** The names of the needed permissions that a channel's overwrites take away from what the guild allows. */
export function missingInChannel(
  guild: Pick<WireGuild, 'id' | 'owner_id' | 'roles'>,
  holder: PermissionHolder,
  overwrites: readonly WireOverwrite[] = [],
): string[] {
  const inGuild = missingPermissions(permissionsOf(guild, holder));
  return missingPermissions(permissionsOf(guild, holder, overwrites)).filter((name) => !inGuild.includes(name));
}

function applied(permissions: bigint, overwrites: readonly WireOverwrite[]): bigint {
  const deny = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.deny), 0n);
  const allow = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.allow), 0n);
  return (permissions & ~deny) | allow;
}

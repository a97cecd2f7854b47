import { PermissionFlagsBits, type PermissionsString } from 'discord.js';
import type { Channel, Guild } from './world.js';

const ALL = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

/** The bit field of permissions by name. */
export function permissionBits(names: readonly PermissionsString[]): bigint {
  return names.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n);
}

/** Somebody's permissions in a guild, or in one of its channels (topics/permissions, Permission Hierarchy). */
export function permissionsOf(guild: Guild, userId: string, channel?: Channel): bigint {
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  if (guild.owner.id === userId) return ALL;
  const roleIds = [guild.id, ...member.roleIds];
  const base = roleIds.reduce((bits, id) => bits | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return ALL;
  // A thread has those of its channel.
  const overwrites = (channel?.parent ?? channel)?.overwrites;
  if (overwrites === undefined) return base;
  let bits = apply(base, [overwrites.get(guild.id)]);
  bits = apply(
    bits,
    [...member.roleIds].map((id) => overwrites.get(id)),
  );
  return apply(bits, [overwrites.get(userId)]);
}

/** Whether somebody may do that in a channel. In a direct message they may do all that there is. */
export function isAllowed(channel: Channel, userId: string, permission: PermissionsString): boolean {
  if (channel.guild === undefined) return true;
  return (permissionsOf(channel.guild, userId, channel) & PermissionFlagsBits[permission]) !== 0n;
}

function apply(
  bits: bigint,
  overwrites: readonly ({ readonly allow: bigint; readonly deny: bigint } | undefined)[],
): bigint {
  const deny = overwrites.reduce((all, overwrite) => all | (overwrite?.deny ?? 0n), 0n);
  const allow = overwrites.reduce((all, overwrite) => all | (overwrite?.allow ?? 0n), 0n);
  return (bits & ~deny) | allow;
}

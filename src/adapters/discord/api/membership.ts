import { PermissionFlagsBits } from 'discord.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import { isRefusal } from './discord-errors.js';
import { has, permissionsOf } from './permissions.js';
import type { Places } from './places.js';
import { readMember } from './read-member.js';
import type { RestApi } from './rest-api.js';
import type { RoleOf } from './roles.js';

/** Asks Discord at each call what somebody is in a place, so that who left a guild reaches nothing of it any more. */
export function createMembership({
  api,
  places,
  roleOf,
}: {
  readonly api: RestApi;
  readonly places: Places;
  readonly roleOf: RoleOf;
}): NonNullable<ChatAdapter['membership']> {
  return async ({ author: { memberId } }, { workspaceId, channelId }, signal) => {
    try {
      const [member, guild, channel] = await Promise.all([
        readMember(api, { guildId: workspaceId, userId: memberId, signal }),
        places.guild(workspaceId, signal),
        channelId === null ? undefined : places.channel(channelId, signal),
      ]);
      if (member === undefined) return undefined;
      const holder = { userId: memberId, roleIds: member.roles };
      if (!has(permissionsOf(guild, holder, channel?.permission_overwrites), PermissionFlagsBits.ViewChannel))
        return undefined;
      return roleOf({ ...holder, permissions: permissionsOf(guild, holder) });
    } catch (error) {
      if (isRefusal(error, 'unknownGuild', 'unknownChannel', 'missingAccess')) return undefined;
      throw error;
    }
  };
}

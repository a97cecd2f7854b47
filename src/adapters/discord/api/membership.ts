import { PermissionFlagsBits, RequestMethod } from 'discord.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import { isRefusal } from './discord-errors.js';
import { has, permissionsOf } from './permissions.js';
import type { Places } from './places.js';
import type { RestApi } from './rest-api.js';
import type { RoleOf } from './roles.js';
import { memberSchema } from './wire.js';

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
      const path = `/guilds/${workspaceId}/members/${memberId}` as const;
      const [member, guild, channel] = await Promise.all([
        api.call({ method: RequestMethod.Get, path, signal }, memberSchema),
        places.guild(workspaceId, signal),
        channelId === null ? undefined : places.channel(channelId, signal),
      ]);
      const holder = { userId: memberId, roleIds: member.roles };
      if (!has(permissionsOf(guild, holder, channel?.permission_overwrites), PermissionFlagsBits.ViewChannel))
        return undefined;
      return roleOf({ ...holder, permissions: permissionsOf(guild, holder) });
    } catch (error) {
      if (isRefusal(error, 'unknownMember', 'unknownGuild', 'unknownChannel', 'missingAccess')) return undefined;
      throw error;
    }
  };
}

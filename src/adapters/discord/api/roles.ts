import { PermissionFlagsBits } from 'discord.js';
import type { Role } from '../../../core/chat/chat-event.js';
import { has } from './permissions.js';
import type { DiscordSettings } from '../settings.js';

/** Tells what people may do, by their permissions in the guild and by the settings. */
export type RoleOf = (person: {
  readonly userId: string;
  readonly roleIds: readonly string[];
  readonly permissions: bigint;
}) => Role;

/** Managers have Manage Server or one of the configured roles; operators are named in the settings. */
export function createRoleOf({
  managerRoleIds,
  operatorIds,
}: Pick<DiscordSettings, 'managerRoleIds' | 'operatorIds'>): RoleOf {
  return ({ userId, roleIds, permissions }) => {
    if (operatorIds.includes(userId)) return 'operator';
    const isManager =
      has(permissions, PermissionFlagsBits.ManageGuild) || managerRoleIds.some((id) => roleIds.includes(id));
    return isManager ? 'manager' : 'member';
  };
}

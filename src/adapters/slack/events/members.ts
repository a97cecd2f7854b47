import { z } from 'zod';
import { createBoundedMap } from '../../../core/bounded-map.js';
import type { Role } from '../../../core/chat/chat-event.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Workspace } from '../install/workspaces.js';
import { isRefused } from '../api/slack-refusal.js';

/** What people are in a workspace and in its channels. */
export interface Members {
  /** How a person is called; the id where Slack does not say. */
  name(workspace: Workspace, userId: string, signal: AbortSignal): Promise<string>;
  /**
   * `manager` for the workspace's own admins and owners, and for members of the configured user groups; never for people of
   * another organisation. @throws SlackRefusal when Slack does not say.
   */
  role(workspace: Workspace, userId: string, signal: AbortSignal): Promise<Role>;
  /** The same when it is known already; `member` when it is not. */
  knownRole(workspace: Workspace, userId: string): Role;
  /** The role of who can read a channel, or belongs to the workspace; undefined for others. @throws SlackRefusal when Slack does not say. */
  roleIn(
    workspace: Workspace,
    userId: string,
    channelId: string | null,
    signal: AbortSignal,
  ): Promise<Role | undefined>;
}

const CACHE_MS = 5 * 60_000;
const MAX_CACHED = 10_000;
/** Pages of 1,000 members that are looked through for one person. */
const MAX_PAGES = 50;

const userSchema = z.object({
  user: z.object({
    name: z.string().default(''),
    real_name: z.string().default(''),
    profile: z.object({ display_name: z.string().default('') }).default({ display_name: '' }),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_admin: z.boolean().default(false),
    is_owner: z.boolean().default(false),
    is_primary_owner: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
    is_stranger: z.boolean().default(false),
    team_id: z.string().optional(),
    enterprise_user: z.object({ enterprise_id: z.string(), teams: z.array(z.string()).default([]) }).optional(),
  }),
});
type SlackUser = z.infer<typeof userSchema>['user'];

const groupSchema = z.object({ users: z.array(z.string()) });
const channelSchema = z.object({
  channel: z.object({
    is_private: z.boolean().default(false),
    is_im: z.boolean().default(false),
    is_mpim: z.boolean().default(false),
    is_archived: z.boolean().default(false),
  }),
});
const membersSchema = z.object({
  members: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().default('') }).default({ next_cursor: '' }),
});

/** Whether somebody belongs to the workspace or its organisation: in shared channels are people of others, with their own admins. */
function isOwn({ teamId, enterpriseId }: Workspace, { is_stranger: isStranger, team_id: home, ...user }: SlackUser) {
  if (isStranger) return false;
  const organisation = user.enterprise_user;
  const isColleague = organisation?.enterprise_id === enterpriseId;
  return home === undefined || home === teamId || isColleague || organisation?.teams.includes(teamId) === true;
}

interface Standing {
  readonly name: string;
  readonly role: Role;
  /** Belongs to the workspace, and is not there for some channels alone. */
  readonly isFull: boolean;
  readonly isPresent: boolean;
}

/** Asks Slack, and remembers for five minutes. @param options.managerGroups ids of user groups whose members are managers */
export function createMembers({
  managerGroups,
  clock,
}: {
  readonly managerGroups: readonly string[];
  readonly clock: Clock;
}): Members {
  const standings = createBoundedMap<string, { readonly standing: Standing; readonly readAt: number }>(MAX_CACHED);
  const isFresh = (readAt: number): boolean => clock.now() - readAt < CACHE_MS;

  async function isInManagerGroup({ api }: Workspace, userId: string, signal: AbortSignal): Promise<boolean> {
    for (const usergroup of managerGroups) {
      try {
        const { users } = await api.call('usergroups.users.list', { usergroup }, { response: groupSchema, signal });
        if (users.includes(userId)) return true;
      } catch (error) {
        // A group of another workspace, or one that was taken away, makes nobody a manager.
        if (!isRefused(error, 'no_such_subteam', 'subteam_not_found')) throw error;
      }
    }
    return false;
  }

  async function read(workspace: Workspace, userId: string, signal: AbortSignal): Promise<Standing> {
    const { user } = await workspace.api.call('users.info', { user: userId }, { response: userSchema, signal });
    const belongs = isOwn(workspace, user);
    const isAdmin = user.is_admin || user.is_owner || user.is_primary_owner;
    const isManager = belongs && (isAdmin || (await isInManagerGroup(workspace, userId, signal)));
    return {
      name: [user.profile.display_name, user.real_name, user.name].find((name) => name !== '') ?? userId,
      role: isManager ? 'manager' : 'member',
      isFull: belongs && !user.is_restricted && !user.is_ultra_restricted,
      isPresent: !user.deleted && !user.is_bot,
    };
  }

  async function standingOf(workspace: Workspace, userId: string, signal: AbortSignal): Promise<Standing> {
    const key = `${workspace.teamId}/${userId}`;
    const cached = standings.get(key);
    if (cached !== undefined && isFresh(cached.readAt)) return cached.standing;
    const standing = await read(workspace, userId, signal);
    standings.set(key, { standing, readAt: clock.now() });
    return standing;
  }

  async function isMember({ api }: Workspace, userId: string, channel: string, signal: AbortSignal): Promise<boolean> {
    let cursor = '';
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = await api.call(
        'conversations.members',
        { channel, limit: 1_000, ...(cursor === '' ? {} : { cursor }) },
        { response: membersSchema, signal },
      );
      if (page.members.includes(userId)) return true;
      cursor = page.response_metadata.next_cursor;
      if (cursor === '') return false;
    }
    return false;
  }

  async function canRead(workspace: Workspace, userId: string, channel: string, isFull: boolean, signal: AbortSignal) {
    try {
      const { channel: found } = await workspace.api.call(
        'conversations.info',
        { channel },
        { response: channelSchema, signal },
      );
      const isOpen = !found.is_private && !found.is_im && !found.is_mpim;
      return (isOpen && isFull) || (await isMember(workspace, userId, channel, signal));
    } catch (error) {
      if (isRefused(error, 'channel_not_found', 'not_in_channel', 'missing_scope')) return false;
      throw error;
    }
  }

  return {
    async name(workspace, userId, signal) {
      try {
        return (await standingOf(workspace, userId, signal)).name;
      } catch (error) {
        if (isRefused(error)) return userId;
        throw error;
      }
    },

    role: async (workspace, userId, signal) => (await standingOf(workspace, userId, signal)).role,

    knownRole({ teamId }, userId) {
      const cached = standings.get(`${teamId}/${userId}`);
      return cached !== undefined && isFresh(cached.readAt) ? cached.standing.role : 'member';
    },

    async roleIn(workspace, userId, channelId, signal) {
      let standing: Standing;
      try {
        standing = await standingOf(workspace, userId, signal);
      } catch (error) {
        if (isRefused(error, 'user_not_found', 'user_not_visible')) return undefined;
        throw error;
      }
      if (!standing.isPresent) return undefined;
      const isThere =
        channelId === null ? standing.isFull : await canRead(workspace, userId, channelId, standing.isFull, signal);
      return isThere ? standing.role : undefined;
    },
  };
}

import { argument } from '../arguments.js';
import { describeUser } from '../descriptions.js';
import { type ApiMethod, defineMethod, workspaceOf } from '../method.js';
import { readableChannel } from '../reach.js';
import { SlackError } from '../slack-error.js';
import { covers } from '../tenants.js';

const usersInfo = defineMethod({
  scopes: ['users:read'],
  shape: { user: argument.text, include_locale: argument.flag.optional() },
  run({ world, installation }, { user: userId }) {
    const user = world.users.get(userId);
    const isOwnBot = userId === installation.botUserId;
    const isStranger = user !== undefined && !isOwnBot && !covers(world, installation, user.teamId);
    // People of other workspaces are known by the channels that are shared with them (Slack Connect).
    const isMet = [...world.channels.values()].some(
      ({ memberIds }) => memberIds.has(userId) && memberIds.has(installation.botUserId),
    );
    if (user === undefined || (isStranger && !isMet)) throw new SlackError('user_not_found');
    return { user: { ...describeUser(user), ...(isStranger ? { is_stranger: true } : {}) } };
  },
});

const userGroupUsers = defineMethod({
  scopes: ['usergroups:read'],
  shape: { usergroup: argument.text, team_id: argument.text.optional(), include_disabled: argument.flag.optional() },
  run({ world, installation }, { usergroup }) {
    const group = world.userGroups.get(usergroup);
    if (group === undefined || !covers(world, installation, group.teamId)) throw new SlackError('no_such_subteam');
    return { users: [...group.userIds] };
  },
});

const botsInfo = defineMethod({
  scopes: ['users:read'],
  shape: { bot: argument.text, team_id: argument.text.optional() },
  run({ world, installation }, { bot }) {
    if (bot !== installation.botId) throw new SlackError('bot_not_found');
    return {
      bot: { id: bot, app_id: world.app.appId, user_id: installation.botUserId, name: 'docent', deleted: false },
    };
  },
});

const teamInfo = defineMethod({
  scopes: ['team:read'],
  shape: { team: argument.text.optional(), team_id: argument.text.optional(), domain: argument.text.optional() },
  run(call, { team, team_id: teamId }) {
    const { world, installation } = call;
    const id = team ?? workspaceOf(call, teamId);
    const workspace = world.workspaces.get(id);
    if (workspace === undefined || !covers(world, installation, id)) throw new SlackError('team_not_found');
    return { team: { ...workspace, enterprise_id: workspace.enterpriseId } };
  },
});

const addReaction = defineMethod({
  scopes: ['reactions:write'],
  shape: { channel: argument.text, timestamp: argument.text, name: argument.text },
  run(call, values) {
    const { installation } = call;
    // Who reacts must see the message; Slack asks no right to read for it, but membership.
    const channel = readableChannel(call, values.channel);
    const message = channel.messages.get(values.timestamp);
    if (message === undefined) throw new SlackError('message_not_found');
    if (!/^[a-z0-9_+'-]+$/.test(values.name)) throw new SlackError('invalid_name');
    if (channel.isArchived) throw new SlackError('is_archived');
    const users = message.reactions.get(values.name) ?? new Set();
    if (users.has(installation.botUserId)) throw new SlackError('already_reacted');
    message.reactions.set(values.name, users.add(installation.botUserId));
    return {};
  },
});

/** Methods about people and workspaces, and reactions. */
export const directoryMethods: Readonly<Record<string, ApiMethod>> = {
  'users.info': usersInfo,
  'usergroups.users.list': userGroupUsers,
  'bots.info': botsInfo,
  'team.info': teamInfo,
  'reactions.add': addReaction,
};

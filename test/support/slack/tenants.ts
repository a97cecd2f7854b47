import { randomBytes } from 'node:crypto';
import { type World, existing } from './state.js';
import type { Channel, ChannelKind, Enterprise, Installation, Role, User, Workspace } from './world.js';

/** The active installation that covers a workspace: its own, or its organisation's. */
export function coveringInstallation(world: World, teamId: string): Installation | undefined {
  const enterpriseId = world.workspaces.get(teamId)?.enterpriseId;
  const active = world.installations.filter(({ state }) => state === 'active');
  return (
    active.find((installation) => installation.teamId === teamId) ??
    active.find((installation) => installation.isOrgWide && installation.enterpriseId === enterpriseId)
  );
}

/** Whether an installation reaches a workspace. */
export function covers(world: World, installation: Installation, teamId: string): boolean {
  if (!installation.isOrgWide) return installation.teamId === teamId;
  return world.workspaces.get(teamId)?.enterpriseId === installation.enterpriseId;
}

/** Adds an organisation. */
export function addEnterprise(world: World, name: string): Enterprise {
  const enterprise = { id: world.ids.next('E'), name };
  world.enterprises.set(enterprise.id, enterprise);
  return enterprise;
}

/** Adds a workspace. @throws Error for an organisation that there is not. */
export function addWorkspace(world: World, name: string, enterpriseId?: string): Workspace {
  if (enterpriseId !== undefined) existing(world.enterprises, 'enterprise', enterpriseId);
  const workspace: Workspace = {
    id: world.ids.next('T'),
    name,
    domain: name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    ...(enterpriseId === undefined ? {} : { enterpriseId }),
  };
  world.workspaces.set(workspace.id, workspace);
  return workspace;
}

/** Adds a user; the bot user of an org-wide installation belongs to the organisation. */
export function addUser(world: World, tenantId: string, name: string, role: Role): User {
  const user: User = { id: world.ids.next('U'), teamId: tenantId, name, role, isDeleted: false };
  world.users.set(user.id, user);
  return user;
}

/** Adds a conversation. @throws Error for a workspace or member that there is not. */
export function addChannel(
  world: World,
  teamId: string,
  name: string,
  memberIds: readonly string[],
  kind: ChannelKind,
): Channel {
  existing(world.workspaces, 'workspace', teamId);
  for (const id of memberIds) existing(world.users, 'user', id);
  const channel: Channel = {
    id: world.ids.next({ public: 'C', private: 'C', im: 'D', mpim: 'G' }[kind]),
    teamId,
    kind,
    name,
    memberIds: new Set(memberIds),
    isArchived: false,
    isRestricted: false,
    messages: new Map(),
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** Installs the app in a workspace, or in an organisation as a whole; an earlier installation there ends. */
export function install(
  world: World,
  tenantId: string,
  scopes: readonly string[],
  installerId: string | undefined,
): Installation {
  const isOrgWide = world.enterprises.has(tenantId);
  const enterpriseId = isOrgWide ? tenantId : existing(world.workspaces, 'workspace', tenantId).enterpriseId;
  const before = world.installations.find(
    (installation) =>
      installation.state === 'active' &&
      installation.isOrgWide === isOrgWide &&
      (isOrgWide ? installation.enterpriseId : installation.teamId) === tenantId,
  );
  if (before !== undefined) before.state = 'revoked';
  const installation: Installation = {
    ...(isOrgWide ? {} : { teamId: tenantId }),
    ...(enterpriseId === undefined ? {} : { enterpriseId }),
    isOrgWide,
    botToken: `xoxb-${tenantId}-${randomBytes(12).toString('hex')}`,
    botId: before?.botId ?? world.ids.next('B'),
    botUserId: before?.botUserId ?? addUser(world, tenantId, 'docent', 'bot').id,
    installerId: installerId ?? addUser(world, tenantId, 'installer', 'admin').id,
    scopes: new Set(scopes),
    state: 'active',
  };
  world.installations.push(installation);
  return installation;
}

/** The direct channel of a person with the app, opened if there is none. @throws Error where the app is not installed. */
export function directChannel(world: World, userId: string): Channel {
  const { teamId, name } = existing(world.users, 'user', userId);
  const installation = coveringInstallation(world, teamId);
  if (installation === undefined) throw new Error(`the app is not installed in the workspace of "${userId}"`);
  const { botUserId } = installation;
  const known = [...world.channels.values()].find(
    ({ kind, memberIds }) => kind === 'im' && memberIds.has(userId) && memberIds.has(botUserId),
  );
  return known ?? addChannel(world, teamId, name, [userId, botUserId], 'im');
}

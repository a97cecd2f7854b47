import type { Payload } from './descriptions.js';
import type { Events } from './events.js';
import { violate } from './method.js';
import { applyAnswer, readAnswer } from './response-urls.js';
import { SlackError } from './slack-error.js';
import { type ResponseAddress, type World, existing, notify } from './state.js';
import { coveringInstallation } from './tenants.js';
import type { Channel, Installation } from './world.js';

/** What every interaction says of the person, the app and the place (reference/interaction-payloads). */
export function actorOf(world: World, userId: string): Payload {
  const { teamId, name } = existing(world.users, 'user', userId);
  const installation = installed(world, teamId);
  const workspace = existing(world.workspaces, 'workspace', teamId);
  const { enterpriseId, isOrgWide } = installation;
  const enterprise = enterpriseId === undefined ? null : existing(world.enterprises, 'enterprise', enterpriseId);
  return {
    user: { id: userId, username: name, name, team_id: teamId },
    api_app_id: world.app.appId,
    token: 'verification-token',
    // With an org-wide installation Slack names the organisation and no workspace.
    team: isOrgWide ? null : { id: teamId, domain: workspace.domain },
    enterprise: enterprise === null ? null : { id: enterprise.id, name: enterprise.name },
    is_enterprise_install: isOrgWide,
  };
}

/** A new `trigger_id` of a person. */
export function makeTrigger(world: World, userId: string): string {
  const { teamId } = existing(world.users, 'user', userId);
  const id = `${world.ids.next('')}.${world.ids.next('')}.trigger`;
  world.triggers.set(id, { teamId, userId, issuedAtMs: world.clock.now(), isUsed: false });
  return id;
}

/** The installation that covers a workspace. @throws Error where there is none: nobody sees the app there */
export function installed(world: World, teamId: string): Installation {
  const installation = coveringInstallation(world, teamId);
  if (installation === undefined) throw new Error(`the app is not installed in the workspace "${teamId}"`);
  return installation;
}

/** What interactions call a channel. */
export function channelName({ kind, name }: Channel): string {
  if (kind === 'im') return 'directmessage';
  return kind === 'private' ? 'privategroup' : name;
}

/** What Slack says of a command that was not acknowledged. */
export function lostCommandError(failure: string): string {
  return failure === 'http_timeout' || failure === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
}

/** An acknowledgement with a text or a message shows it. */
export function showCommandReply(
  world: World,
  events: Events,
  command: string,
  address: ResponseAddress,
  reply: unknown,
): void {
  if (reply === undefined || reply === '') return;
  try {
    applyAnswer(world, events, address, readAnswer(typeof reply === 'string' ? { text: reply } : reply));
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    violate(world, 'delivery', error.error, error.messages);
    notify(world, address.userId, `${command} failed with the error "dispatch_failed"`);
  }
}

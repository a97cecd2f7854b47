import { DocentError } from '../errors.js';
import type { ChannelLink } from './channel-link.js';
import type { Role } from './chat-event.js';
import type { CommandDefinition } from './command.js';

const RANK: Readonly<Record<Role, number>> = { member: 0, manager: 1, operator: 2 };

/** Whether a role includes another: managers may do what members may, operators everything. */
export function includesRole(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed];
}

type GuardedCommand = Pick<CommandDefinition, 'name' | 'access' | 'addsDocuments'>;
type AccessLink = Pick<ChannelLink, 'ingestion'> | undefined;

/** Whether somebody may run a command where the link applies (undefined: no link). */
export function mayRun(command: GuardedCommand, role: Role, link: AccessLink): boolean {
  const isOpenedByLink = command.addsDocuments === true && link?.ingestion === 'members';
  return isOpenedByLink || includesRole(role, command.access);
}

/** @throws DocentError `ACCESS_DENIED` when `mayRun` says no. */
export function checkAccess(command: GuardedCommand, role: Role, link: AccessLink): void {
  if (mayRun(command, role, link)) return;
  const whose = command.access === 'operator' ? 'the operator of this Docent' : 'managers of this place';
  // Whoever posts a file beside a question has typed no command.
  const userMessage =
    command.addsDocuments === true
      ? `Adding files is for ${whose}. Ask one of them to add it; to ask a question, send it without the file.`
      : `The command "${command.name}" is for ${whose}. Ask one of them to run it for you.`;
  throw new DocentError('ACCESS_DENIED', { userMessage });
}

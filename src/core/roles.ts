import type { ChatAdapter } from './ports/chat-adapter.js';

/** Roles in which processes share the work of one Docent; `all` is every other one at once. */
export const ROLES = ['all', 'gateway', 'worker', 'scheduler'] as const;
/** What a process is there for. */
export type Role = (typeof ROLES)[number];

/** Whether it is connected to the chat platforms and the page, and answers. */
export function answers(role: Role): boolean {
  return role === 'all' || role === 'gateway';
}

/**
 * Whether others may answer beside it. One that answers alone may do so without the queue too: nobody else can have taken
 * what waits there.
 */
export function answersAlone(role: Role): boolean {
  return role === 'all';
}

/** Whether it reads documents and makes their vectors. */
export function ingests(role: Role): boolean {
  return role === 'all' || role === 'worker';
}

/** Whether it posts reports at their times. */
export function reports(role: Role): boolean {
  return role === 'all' || role === 'scheduler';
}

/** Whether it starts a chat platform; one that it does not start it still opens replies on, and posts to. */
export function connects(role: Role, adapter: Pick<ChatAdapter, 'isForOperators'>): boolean {
  return answers(role) || adapter.isForOperators === true;
}

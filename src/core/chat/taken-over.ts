import { type OutgoingMessage, notice } from './outgoing-message.js';

/** What whoever waits for a command is told when a durable job took its reply over. */
export const TAKEN_OVER = notice('Got it. I am reading what you posted; the result follows here.', { deferred: true });

/** Whether a message says that the outcome comes later, from a job. */
export function isTakenOver({ data }: OutgoingMessage): boolean {
  return typeof data === 'object' && data !== null && 'deferred' in data && data['deferred'] === true;
}

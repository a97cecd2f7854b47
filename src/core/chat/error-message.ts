import type { DocentError } from '../errors.js';
import { hashParts } from '../ids.js';
import { asWritten } from './escape.js';
import type { OutgoingMessage } from './outgoing-message.js';

/** What ties a person's error message to its line in the log: the same for every try of an event. */
export function correlationIdOf(eventId: string): string {
  return hashParts(['correlation', eventId], 8);
}

/** An error as people see it: what failed and how to fix it, and where the operator finds the rest. Never a stack. */
export function errorMessage(error: DocentError, correlationId: string): OutgoingMessage {
  return {
    kind: 'error',
    text: `${asWritten(error.userMessage)}\n\n*Reference: ${correlationId}*`,
    sources: [],
    actions: [],
    data: { code: error.code, correlationId, retryable: error.retryable },
  };
}

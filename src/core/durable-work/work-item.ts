import { z } from 'zod';
import { DocentError, type ErrorCode, errorCatalogue } from '../errors.js';
import type { JsonValue } from '../json.js';

/** Why work failed for good, as it is kept until the person who waits has been told. */
export const workFailureSchema = z.object({
  code: z.enum(Object.keys(errorCatalogue) as ErrorCode[]),
  userMessage: z.string(),
  retryable: z.boolean(),
});
export type WorkFailure = z.infer<typeof workFailureSchema>;

/** How long an id is remembered after its work is over, in milliseconds. */
export const WORK_MEMORY_MS = 24 * 60 * 60_000;

/** How often a failure is reported until it worked: a report that throws, or ends the process, is made again. */
export const MAX_REPORTS = 5;

/** The failure of work whose every try ended the process. */
export const poisoned: WorkFailure = {
  code: 'WORK_POISONED',
  userMessage:
    'Docent ended each time it worked on this, so it was given up. Try it in smaller parts, or tell the operator.',
  retryable: false,
};

/** The part of an error that is kept. */
export function toWorkFailure({ code, userMessage, retryable }: DocentError): WorkFailure {
  return { code, userMessage, retryable };
}

/** `QUEUE_FULL` of a queue that takes `maxWaiting` pieces of work. */
export function queueFull(queue: string, maxWaiting: number): DocentError {
  return new DocentError('QUEUE_FULL', {
    userMessage: `${maxWaiting} pieces of work already wait in "${queue}". Try again when some are done.`,
    retryable: true,
  });
}

/** A piece of work as its claim found it, the claim's own attempt or report counted. */
export interface WorkItem {
  readonly queue: string;
  readonly id: string;
  readonly group: string;
  readonly payload: JsonValue;
  readonly progress: JsonValue;
  /** Claims for a try, the present one included. */
  readonly attempts: number;
  /** Set once the work failed for good: from then on a claim is for calling `failed`. */
  readonly failure: WorkFailure | null;
  /** Claims for calling `failed`, the present one included. */
  readonly reports: number;
}

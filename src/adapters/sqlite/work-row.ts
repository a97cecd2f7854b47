import { z } from 'zod';
import { type DocentError, type ErrorCode, errorCatalogue } from '../../core/errors.js';
import { anyJson, storedJson } from './stored-json.js';

/** Why work failed for good, as it is kept until the person who waits has been told. */
const workFailureSchema = z.object({
  code: z.enum(Object.keys(errorCatalogue) as ErrorCode[]),
  userMessage: z.string(),
  retryable: z.boolean(),
});
export type WorkFailure = z.infer<typeof workFailureSchema>;

/** How often a failure is reported until it worked: a report that throws, or ends the process, is made again. */
export const MAX_REPORTS = 5;

/** A row of the table `work`. */
export const workRowSchema = z.object({
  /** Its place among all work: grows with arrival, and again when it goes behind the others. */
  sequence: z.number().int(),
  queue: z.string(),
  id: z.string(),
  group: z.string(),
  order_key: z.string().nullable(),
  state: z.enum(['waiting', 'active', 'done', 'failed', 'cancelled']),
  /** Claims, the present one included. */
  attempts: z.number().int(),
  /** Set once the work failed for good: from then on a claim is for calling `failed`. */
  failure: storedJson(workFailureSchema).nullable(),
  /** Claims for calling `failed`, the present one included. */
  reports: z.number().int(),
  payload: storedJson(anyJson),
  progress: storedJson(anyJson),
});
export type WorkRow = z.infer<typeof workRowSchema>;

/** The part of an error that is kept. */
export function toWorkFailure({ code, userMessage, retryable }: DocentError): WorkFailure {
  return { code, userMessage, retryable };
}

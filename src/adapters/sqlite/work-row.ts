import { z } from 'zod';
import { type WorkItem, workFailureSchema } from '../../core/durable-work/work-item.js';
import { anyJson, storedJson } from '../../core/stored-json.js';

/** A row of the table `work`. */
export const workRowSchema = z.object({
  /** Its place among all work: grows with arrival, and again when it goes behind the others. */
  sequence: z.number().int(),
  queue: z.string(),
  id: z.string(),
  group: z.string(),
  order_key: z.string().nullable(),
  state: z.enum(['waiting', 'active', 'done', 'failed', 'cancelled']),
  attempts: z.number().int(),
  failure: storedJson(workFailureSchema).nullable(),
  reports: z.number().int(),
  payload: storedJson(anyJson),
  progress: storedJson(anyJson),
}) satisfies z.ZodType<WorkItem>;
export type WorkRow = z.infer<typeof workRowSchema>;

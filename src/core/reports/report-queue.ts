import { z } from 'zod';
import { type OutgoingMessage, outgoingMessageSchema } from '../chat/outgoing-message.js';
import { creatorIdSchema, joinKey } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Coordinator } from '../ports/coordinator.js';
import type { ReportSlot } from './deliveries.js';

/** Queue of reports to post; one piece of work for each report, creator and slot. */
export const REPORT_QUEUE = 'reports';

/** A piece of that work. */
export const reportWorkSchema = z.object({
  report: z.string(),
  creatorId: creatorIdSchema,
  slotAt: z.number().int(),
  occasion: z.string().exactOptional(),
  /** What is posted, where it is known already; otherwise the report is made when its turn comes. */
  message: outgoingMessageSchema.exactOptional(),
});

/** What a posting is known by, to the queue and to the platform: the same slot is posted once. */
export function postingKey({ report, creatorId, slotAt, occasion }: ReportSlot): string {
  return joinKey([report, creatorId, occasion ?? String(slotAt)]);
}

/** Puts a slot into the queue, once however many processes do. @throws DocentError as `Coordinator.enqueue`. */
export async function enqueueReport(
  coordinator: Pick<Coordinator, 'enqueue'>,
  slot: ReportSlot,
  message?: OutgoingMessage,
): Promise<void> {
  await coordinator.enqueue({
    queue: REPORT_QUEUE,
    id: postingKey(slot),
    group: slot.creatorId,
    payload: { ...slot, ...(message === undefined ? {} : { message: message as unknown as JsonValue }) },
  });
}

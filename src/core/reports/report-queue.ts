import { z } from 'zod';
import { type ChatAddress, chatAddressSchema } from '../chat/chat-event.js';
import { type OutgoingMessage, outgoingMessageSchema } from '../chat/outgoing-message.js';
import { type CreatorId, creatorIdSchema, joinKey } from '../ids.js';
import type { JsonValue } from '../json.js';
import type { Coordinator, WorkerOptions } from '../ports/coordinator.js';
import type { ReportSlot } from './deliveries.js';

/** Queue of reports to post; one piece of work for each report, creator and slot. */
export const REPORT_QUEUE = 'reports';

/** Queue of alerts to post; every process works on it, so that the death of none keeps one back. */
export const ALERT_QUEUE = 'alerts';

/** How work is done that ends in a post: six tries over most of an hour. Times are milliseconds. */
export const POSTING = {
  concurrency: 1,
  concurrencyPerGroup: 1,
  leaseMs: 15_000,
  maxAttempts: 6,
  backoffMs: (attempt: number) => Math.min(30 * 60_000, 15_000 * 4 ** (attempt - 1)),
} satisfies Partial<WorkerOptions>;

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
export async function enqueueReport(coordinator: Pick<Coordinator, 'enqueue'>, slot: ReportSlot): Promise<void> {
  await coordinator.enqueue({ queue: REPORT_QUEUE, id: postingKey(slot), group: slot.creatorId, payload: { ...slot } });
}

/** The same with an alert, whose message is known. @throws DocentError as `Coordinator.enqueue`. */
export async function enqueueAlert(
  coordinator: Pick<Coordinator, 'enqueue'>,
  slot: ReportSlot,
  message: OutgoingMessage,
): Promise<void> {
  const payload = { ...slot, message: message as unknown as JsonValue };
  await coordinator.enqueue({ queue: ALERT_QUEUE, id: postingKey(slot), group: slot.creatorId, payload });
}

/** Queue of notices that a creator's channel for reports is gone. */
export const CHANNEL_GONE_QUEUE = 'report-channels-gone';

/** A piece of that work. */
export const channelGoneSchema = z.object({ creatorId: creatorIdSchema, address: chatAddressSchema });

/**
 * Lets a creator's people be told that the channel is gone, once since something was chosen last.
 * @param chosenAt when that was, in milliseconds since 1970
 * @throws DocentError as `Coordinator.enqueue`.
 */
export async function enqueueChannelGone(
  coordinator: Pick<Coordinator, 'enqueue'>,
  { creatorId, address, chosenAt }: { readonly creatorId: CreatorId; readonly address: ChatAddress; chosenAt: number },
): Promise<void> {
  const { platform, workspaceId, channelId } = address;
  await coordinator.enqueue({
    queue: CHANNEL_GONE_QUEUE,
    id: joinKey([creatorId, platform, workspaceId, channelId, String(chosenAt)]),
    group: creatorId,
    payload: { creatorId, address },
  });
}

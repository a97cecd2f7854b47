import { z } from 'zod';
import { type CreatorId, joinKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Collection, RecordStore } from '../ports/record-store.js';
import { createRecordTrim } from '../record-trim.js';

const RECEIPT_LIFE_MS = 90 * 24 * 60 * 60 * 1_000;

/** That a report was posted, and as which messages; by report and slot, in the creator's room. */
const receiptSchema = z.object({
  messageIds: z.array(z.string()),
  slotAt: z.number().int(),
  postedAt: z.number().int(),
});
const receiptCollection = { name: 'report-receipts', schema: receiptSchema } satisfies Collection<typeof receiptSchema>;

/** How a report's newest slot went, by report, in the creator's room. Times are milliseconds since 1970. */
const deliverySchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('posted'), at: z.number().int() }),
  z.object({ outcome: z.literal('nothing-to-say'), at: z.number().int() }),
  z.object({ outcome: z.literal('failed'), at: z.number().int(), problem: z.string() }),
]);
/** How a report's newest slot went. */
export type Delivery = z.infer<typeof deliverySchema>;
const deliveryCollection = { name: 'report-deliveries', schema: deliverySchema } satisfies Collection<
  typeof deliverySchema
>;

/** One slot of a creator's report. */
export interface ReportSlot {
  readonly creatorId: CreatorId;
  readonly report: string;
  /** Milliseconds since 1970. */
  readonly slotAt: number;
  /** What it is for, where that is no slot of the schedule: the same occasion is one posting, whatever its time is. */
  readonly occasion?: string;
}

/** What became of reports. */
export interface Deliveries {
  isPosted(slot: ReportSlot): Promise<boolean>;
  /** Keeps the receipt for 90 days. */
  posted(slot: ReportSlot, messageIds: readonly string[]): Promise<void>;
  /** That there was nothing worth a message. */
  leftOut(slot: ReportSlot): Promise<void>;
  /** @param problem in words for people. */
  failed(slot: Omit<ReportSlot, 'slotAt'>, problem: string): Promise<void>;
  last(creatorId: CreatorId, report: string): Promise<Delivery | undefined>;
}

/** Keeps receipts and outcomes as records. */
export function createDeliveries(options: { readonly recordStore: RecordStore; readonly clock: Clock }): Deliveries {
  const { recordStore, clock } = options;
  const isTooOld = ({ postedAt }: z.infer<typeof receiptSchema>): boolean => clock.now() - postedAt >= RECEIPT_LIFE_MS;
  const trim = createRecordTrim({ recordStore, collection: receiptCollection, isTooOld });
  const keyOf = ({ report, slotAt, occasion }: ReportSlot): string => joinKey([report, occasion ?? String(slotAt)]);

  const keep = async (creatorId: CreatorId, report: string, value: Delivery): Promise<void> => {
    await recordStore.put(deliveryCollection, { creatorId }, { id: report, value });
  };

  return {
    async isPosted(slot) {
      return (await recordStore.get(receiptCollection, { creatorId: slot.creatorId }, keyOf(slot))) !== undefined;
    },
    async posted(slot, messageIds) {
      const { creatorId, report, slotAt } = slot;
      const value = { messageIds: [...messageIds], slotAt, postedAt: clock.now() };
      await recordStore.put(receiptCollection, { creatorId }, { id: keyOf(slot), value });
      await keep(creatorId, report, { outcome: 'posted', at: clock.now() });
      await trim({ creatorId });
    },
    leftOut: ({ creatorId, report }) => keep(creatorId, report, { outcome: 'nothing-to-say', at: clock.now() }),
    failed: ({ creatorId, report }, problem) =>
      keep(creatorId, report, { outcome: 'failed', at: clock.now(), problem }),
    async last(creatorId, report) {
      return (await recordStore.get(deliveryCollection, { creatorId }, report))?.value;
    },
  };
}

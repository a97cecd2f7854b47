import { z } from 'zod';
import { type Creators } from '../creators.js';
import { withDeadline } from '../deadline.js';
import { DocentError, toDocentError } from '../errors.js';
import { type CreatorId, creatorIdSchema, joinKey } from '../ids.js';
import type { ChatAdapter } from '../ports/chat-adapter.js';
import type { ClaimedWork, Coordinator, Worker, WorkOutcome } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../ports/record-store.js';
import type { Schedule } from '../ports/schedule.js';
import { createRecordTrim } from '../record-trim.js';
import type { Services } from '../services.js';
import type { ReportDefinition } from './report.js';

/** Queue of reports to post; one piece of work for each report, creator and slot. */
const REPORT_QUEUE = 'reports';
const TIMEZONE = 'UTC';
/** How long it may take to collect and post one report, in milliseconds. */
const REPORT_TIMEOUT_MS = 5 * 60_000;
const RECEIPT_LIFE_MS = 90 * 24 * 60 * 60 * 1_000;

const reportWorkSchema = z.object({ report: z.string(), creatorId: creatorIdSchema, slotAt: z.number().int() });

/** That a report was posted, and as which messages; by report and slot, in the creator's room. */
const receiptSchema = z.object({
  messageIds: z.array(z.string()),
  slotAt: z.number().int(),
  postedAt: z.number().int(),
});
const receiptCollection = { name: 'report-receipts', schema: receiptSchema } satisfies Collection<typeof receiptSchema>;

/** The slot that comes next, by report: a process that starts after it finds what it missed. */
const slotSchema = z.object({ nextAt: z.number().int() });
const slotCollection = { name: 'report-slots', schema: slotSchema } satisfies Collection<typeof slotSchema>;

/** What reports are made and posted with. */
export interface ReportsOptions {
  readonly reports: readonly ReportDefinition[];
  readonly schedule: Schedule;
  readonly coordinator: Coordinator;
  readonly recordStore: RecordStore;
  readonly creators: Pick<Creators, 'list'>;
  readonly services: Services;
  /** By platform; read when a report is posted. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly logger: Logger;
}

/** Posts reports into creators' admin channels at their times, each once. */
export interface Reports {
  /** Also posts the newest slot of each report that was missed while no process ran. */
  start(): Promise<void>;
  stop(drainMs: number): Promise<void>;
}

/** However many processes are told of a slot, it is one piece of work a creator; a kill in between posts it later. */
export function createReports(options: ReportsOptions): Reports {
  const { reports, schedule, coordinator, recordStore, creators, services, adapters, logger } = options;
  const { clock } = services;
  const isTooOld = ({ postedAt }: z.infer<typeof receiptSchema>): boolean => clock.now() - postedAt >= RECEIPT_LIFE_MS;
  const trim = createRecordTrim({ recordStore, collection: receiptCollection, isTooOld });
  let worker: Worker | undefined;
  let endTasks: (() => Promise<void>)[] = [];

  async function enqueueSlot(report: ReportDefinition, slotAt: number): Promise<void> {
    for (const creatorId of await creators.list()) {
      if ((await services.links.adminChannel(creatorId)) === undefined) continue;
      const payload = { report: report.name, creatorId, slotAt };
      await coordinator.enqueue({
        queue: REPORT_QUEUE,
        id: joinKey([report.name, creatorId, String(slotAt)]),
        group: creatorId,
        payload,
      });
    }
    await rememberNextSlot(report);
  }

  async function rememberNextSlot({ name, defaultSchedule }: ReportDefinition): Promise<void> {
    const [nextAt] = schedule.next(defaultSchedule, TIMEZONE, 1);
    if (nextAt !== undefined) await recordStore.put(slotCollection, SYSTEM_SCOPE, { id: name, value: { nextAt } });
  }

  async function catchUp(report: ReportDefinition): Promise<void> {
    const slot = await recordStore.get(slotCollection, SYSTEM_SCOPE, report.name);
    if (slot !== undefined && slot.value.nextAt <= clock.now())
      await enqueueSlot(report, newestMissedSlot(report, slot.value.nextAt));
    else await rememberNextSlot(report);
  }

  /**
   * The schedule knows only the slots to come, so the distance of the next two is taken for that of the last two: exact
   * for a regular schedule; for any other a moment in the past that is not before the oldest missed slot.
   */
  function newestMissedSlot({ defaultSchedule }: ReportDefinition, oldestAt: number): number {
    const [nextAt, afterNextAt] = schedule.next(defaultSchedule, TIMEZONE, 2);
    if (nextAt === undefined || afterNextAt === undefined) return oldestAt;
    const intervalMs = afterNextAt - nextAt;
    const intervals = Math.ceil((nextAt - clock.now()) / intervalMs);
    return Math.max(oldestAt, nextAt - intervals * intervalMs);
  }

  const handle = (work: ClaimedWork): Promise<WorkOutcome> =>
    withDeadline({ clock, timeoutMs: REPORT_TIMEOUT_MS, signal: work.signal }, (signal) => makeAndPost(work, signal));

  async function makeAndPost(work: ClaimedWork, signal: AbortSignal): Promise<WorkOutcome> {
    const { report: name, creatorId, slotAt } = reportWorkSchema.parse(work.payload);
    const report = reports.find((candidate) => candidate.name === name);
    const key = joinKey([name, String(slotAt)]);
    if (report === undefined || (await recordStore.get(receiptCollection, { creatorId }, key)) !== undefined)
      return 'done';
    const message = report.render(await report.collect({ creatorId, services, slotAt, signal }));
    const messageIds = await post(creatorId, message, joinKey([name, creatorId, String(slotAt)]), signal);
    if (messageIds === undefined) return 'done';
    const value = { messageIds: [...messageIds], slotAt, postedAt: clock.now() };
    await recordStore.put(receiptCollection, { creatorId }, { id: key, value });
    await trim(creatorId);
    logger.info('report.posted', { report: name, creatorId, slotAt });
    return 'done';
  }

  async function post(
    creatorId: CreatorId,
    message: ReturnType<ReportDefinition['render']>,
    key: string,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const address = await services.links.adminChannel(creatorId);
    if (address === undefined) return undefined;
    const adapter = adapters.get(address.platform);
    if (adapter === undefined)
      throw new DocentError('INTERNAL', {
        userMessage: `The admin channel of ${creatorId} is on ${address.platform}, which is not running.`,
      });
    return (await adapter.post(address, message, { key, signal })).messageIds;
  }

  return {
    async start() {
      worker = coordinator.work(REPORT_QUEUE, {
        concurrency: 1,
        concurrencyPerGroup: 1,
        leaseMs: 60_000,
        maxAttempts: 6,
        backoffMs: (attempt) => Math.min(30 * 60_000, 15_000 * 4 ** (attempt - 1)),
        handle,
        failed: async (work, error) =>
          logger.error('report.failed', { work: work.id, code: toDocentError(error).code }, error),
      });
      for (const report of reports) {
        await catchUp(report);
        endTasks.push(
          schedule.start({
            name: `report ${report.name}`,
            cron: report.defaultSchedule,
            timezone: TIMEZONE,
            run: (slotAt) => enqueueSlot(report, slotAt),
          }),
        );
      }
    },

    async stop(drainMs) {
      await Promise.all(endTasks.map((end) => end()));
      endTasks = [];
      await worker?.stop(drainMs);
      worker = undefined;
    },
  };
}

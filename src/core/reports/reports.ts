import type { Creators } from '../creators.js';
import { followChanges } from '../follow-changes.js';
import { creatorIdSchema } from '../ids.js';
import type { Coordinator, Worker } from '../ports/coordinator.js';
import type { RecordStore } from '../ports/record-store.js';
import type { Schedule } from '../ports/schedule.js';
import { createChannelGoneWorker } from './channel-gone.js';
import { REPORT_SETTINGS_CHANGE } from './report-book.js';
import { CHANNEL_GONE_QUEUE, POSTING, REPORT_QUEUE } from './report-queue.js';
import { type ReportWorkerOptions, createReportWorker } from './report-worker.js';
import { createTimetable } from './timetable.js';

/** What reports are scheduled, made and posted with. */
export interface ReportsOptions extends ReportWorkerOptions {
  readonly schedule: Schedule;
  readonly coordinator: Coordinator;
  readonly recordStore: RecordStore;
  readonly creators: Pick<Creators, 'list'>;
}

/** Posts reports into creators' admin channels at their times, each once. */
export interface Reports {
  /** Also posts the newest slot of each report that was missed while no process ran, or while the records were away. */
  start(): Promise<void>;
  stop(drainMs: number): Promise<void>;
}

/** However many processes are told of a slot, it is one piece of work a creator; a kill in between posts it later. */
export function createReports(options: ReportsOptions): Reports {
  const { coordinator, logger, services } = options;
  const { clock } = services;
  const timetable = createTimetable({ ...options, clock });
  const stopping = new AbortController();
  let workers: readonly Worker[] = [];
  let following: Promise<void> = Promise.resolve();

  return {
    async start() {
      workers = [
        coordinator.work(REPORT_QUEUE, { ...POSTING, ...createReportWorker(options) }),
        coordinator.work(CHANNEL_GONE_QUEUE, { ...POSTING, ...createChannelGoneWorker(options) }),
      ];
      // First this, so that nothing that is chosen meanwhile is missed.
      following = followChanges({
        clock,
        logger,
        signal: stopping.signal,
        follow: (signal) => coordinator.follow(signal),
        async onChange({ kind, group }) {
          const creatorId = creatorIdSchema.safeParse(group).data;
          if (kind === REPORT_SETTINGS_CHANGE && creatorId !== undefined) await timetable.refreshOne(creatorId);
        },
        onGap: () => void timetable.refresh(),
      });
      await timetable.refresh();
    },

    async stop(drainMs) {
      stopping.abort();
      await Promise.all([following, timetable.stop()]);
      await Promise.all(workers.map((worker) => worker.stop(drainMs)));
      workers = [];
    },
  };
}

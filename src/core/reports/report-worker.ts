import { type ChatAddress, isSameChannel } from '../chat/chat-event.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import { withDeadline } from '../deadline.js';
import { DocentError, toDocentError } from '../errors.js';
import type { ChatAdapter } from '../ports/chat-adapter.js';
import type { ClaimedWork, Coordinator, WorkOutcome, WorkerOptions } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import type { Services } from '../services.js';
import type { Deliveries, ReportSlot } from './deliveries.js';
import { enqueueChannelGone, postingKey, reportWorkSchema } from './report-queue.js';
import { type ReportSettings, type ReportSettingsStore, settingOf, withSetting } from './report-settings.js';
import type { ReportDefinition } from './report.js';

/** What reports are made and posted with. */
export interface ReportWorkerOptions {
  readonly reports: readonly ReportDefinition[];
  readonly settings: ReportSettingsStore;
  readonly deliveries: Deliveries;
  readonly services: Services;
  readonly coordinator: Pick<Coordinator, 'enqueue'>;
  /** By platform; read when a report is posted. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly logger: Logger;
}

interface Posting {
  readonly address: ChatAddress;
  readonly message: OutgoingMessage;
  /** The settings that the address belongs to. */
  readonly chosen: ReportSettings;
  readonly signal: AbortSignal;
}

/** How long it may take to collect and post one report, in milliseconds. */
const REPORT_TIMEOUT_MS = 5 * 60_000;

/**
 * The work of the queue of reports. A slot that was posted is not posted again; a channel that is gone pauses the
 * creator's reports, of which its people are told once, unless another channel was chosen meanwhile.
 */
export function createReportWorker(options: ReportWorkerOptions): Pick<WorkerOptions, 'handle' | 'failed'> {
  const { reports, settings, deliveries, services, coordinator, logger } = options;
  const { clock, links } = services;

  async function makeAndPost({ payload }: ClaimedWork, signal: AbortSignal): Promise<void> {
    const { message: made, ...slot } = reportWorkSchema.parse(payload);
    const report = reports.find(({ name }) => name === slot.report);
    if (report === undefined || (await deliveries.isPosted(slot))) return;
    // Before the channel, as a new channel is set before the settings tell of it.
    const chosen = await settings.read(slot.creatorId);
    if (settingOf(chosen, slot.report).paused !== null) return;
    const address = await links.adminChannel(slot.creatorId);
    if (address === undefined) return;
    const { timezone } = chosen;
    const message = made ?? report.render(await report.collect({ ...slot, timezone, services, signal, logger }));
    if (message === undefined) await deliveries.leftOut(slot);
    else await postOrPause(slot, { address, message, chosen, signal });
  }

  async function postOrPause(slot: ReportSlot, { address, message, chosen, signal }: Posting): Promise<void> {
    const { report, creatorId, slotAt } = slot;
    try {
      const { messageIds } = await adapterFor(options, address).post(address, message, {
        key: postingKey(slot),
        signal,
      });
      await deliveries.posted(slot, messageIds);
      logger.info('report.posted', { report, creatorId, slotAt });
    } catch (error) {
      if (!(error instanceof DocentError && error.code === 'CHANNEL_UNAVAILABLE')) throw error;
      await deliveries.failed(slot, error.userMessage);
      logger.warn('report.channel-gone', { report, creatorId, platform: address.platform }, error);
      const current = await links.adminChannel(creatorId);
      if (current === undefined || !isSameChannel(current, address)) return;
      // First the notice, so that no kill leaves reports paused of which nobody was told.
      const chosenAt = Math.max(...changeTimes(chosen));
      await enqueueChannelGone(coordinator, { creatorId, address, chosenAt });
      await settings.update(creatorId, (newest) => (isChosenAnew(chosen, newest) ? newest : pausedAll(newest)));
    }
  }

  const changeTimes = (of: ReportSettings): number[] => reports.map(({ name }) => settingOf(of, name).changedAt);

  /** A new channel changes every report. */
  function isChosenAnew(before: ReportSettings, newest: ReportSettings): boolean {
    const newestTimes = changeTimes(newest);
    return changeTimes(before).every((changedAt, index) => changedAt !== newestTimes[index]);
  }

  function pausedAll(of: ReportSettings): ReportSettings {
    const paused = { reason: 'channel', at: clock.now() } as const;
    return reports.reduce(
      (changed, { name }) =>
        settingOf(changed, name).paused === null
          ? withSetting(changed, name, { paused, changedAt: clock.now() })
          : changed,
      of,
    );
  }

  return {
    async handle(work): Promise<WorkOutcome> {
      const { signal } = work;
      await withDeadline({ clock, timeoutMs: REPORT_TIMEOUT_MS, signal }, (inTime) => makeAndPost(work, inTime));
      return 'done';
    },
    async failed(work, error) {
      const { code, userMessage } = toDocentError(error);
      logger.error('report.failed', { work: work.id, code }, error);
      const slot = reportWorkSchema.safeParse(work.payload).data;
      if (slot !== undefined) await deliveries.failed(slot, userMessage);
    },
  };
}

/** @throws DocentError `INTERNAL` when the platform does not run here. */
export function adapterFor(
  { adapters }: Pick<ReportWorkerOptions, 'adapters'>,
  { platform }: ChatAddress,
): ChatAdapter {
  const adapter = adapters.get(platform);
  if (adapter !== undefined) return adapter;
  throw new DocentError('INTERNAL', {
    userMessage: `The channel for reports is on ${platform}, which is not running. Configure it again, or use the command "reports channel" elsewhere.`,
  });
}

import type { ChatAddress } from '../chat/chat-event.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import { notice } from '../chat/outgoing-message.js';
import { withDeadline } from '../deadline.js';
import { DocentError, toDocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { ChatAdapter } from '../ports/chat-adapter.js';
import type { ClaimedWork, WorkOutcome, WorkerOptions } from '../ports/coordinator.js';
import type { Logger } from '../ports/logger.js';
import type { Services } from '../services.js';
import type { Deliveries, ReportSlot } from './deliveries.js';
import { postingKey, reportWorkSchema } from './report-queue.js';
import { type ReportSettingsStore, settingOf, withSetting } from './report-settings.js';
import type { ReportDefinition } from './report.js';

/** What reports are made and posted with. */
export interface ReportWorkerOptions {
  readonly reports: readonly ReportDefinition[];
  readonly settings: ReportSettingsStore;
  readonly deliveries: Deliveries;
  readonly services: Services;
  /** By platform; read when a report is posted. */
  readonly adapters: ReadonlyMap<string, ChatAdapter>;
  readonly logger: Logger;
}

/** How long it may take to collect and post one report, in milliseconds. */
const REPORT_TIMEOUT_MS = 5 * 60_000;

/**
 * The work of the queue of reports. A slot that was posted is not posted again; a channel that is gone pauses the
 * creator's reports, which its people are told once, in another channel.
 */
export function createReportWorker(options: ReportWorkerOptions): Pick<WorkerOptions, 'handle' | 'failed'> {
  const { reports, settings, deliveries, services, logger } = options;
  const { clock, links } = services;

  async function makeAndPost({ payload }: ClaimedWork, signal: AbortSignal): Promise<void> {
    const { message: made, ...slot } = reportWorkSchema.parse(payload);
    const report = reports.find(({ name }) => name === slot.report);
    if (report === undefined || (await deliveries.isPosted(slot))) return;
    if (settingOf(await settings.read(slot.creatorId), slot.report).paused !== null) return;
    const address = await links.adminChannel(slot.creatorId);
    if (address === undefined) return;
    const message = made ?? report.render(await report.collect({ ...slot, services, signal, logger }));
    if (message === undefined) await deliveries.leftOut(slot);
    else await postOrPause(slot, { address, message, signal });
  }

  async function postOrPause(
    slot: ReportSlot,
    { address, message, signal }: { address: ChatAddress; message: OutgoingMessage; signal: AbortSignal },
  ): Promise<void> {
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
      await pauseAll(creatorId);
      logger.warn('report.channel-gone', { report, creatorId, platform: address.platform }, error);
      await tellElsewhere(creatorId, { address, key: `channel-gone/${postingKey(slot)}`, signal });
    }
  }

  async function pauseAll(creatorId: CreatorId): Promise<void> {
    const paused = { reason: 'channel', at: clock.now() } as const;
    await settings.update(creatorId, (current) =>
      reports.reduce(
        (changed, { name }) =>
          settingOf(changed, name).paused === null
            ? withSetting(changed, name, { paused, changedAt: clock.now() })
            : changed,
        current,
      ),
    );
  }

  /** In the first of the creator's other channels that can be posted to. */
  async function tellElsewhere(
    creatorId: CreatorId,
    { address: gone, key, signal }: { address: ChatAddress; key: string; signal: AbortSignal },
  ): Promise<void> {
    const message = notice(
      `The channel for reports about **${creatorId}** is gone, or I may not post there any more. The reports are paused. A manager can use the command "reports channel" where they shall come from now on.`,
    );
    for (const { platform, workspaceId, channelId } of await links.ofCreator(creatorId)) {
      const isGone = platform === gone.platform && channelId === gone.channelId;
      if (channelId === null || isGone) continue;
      const address = { platform, workspaceId, channelId, threadId: null, isDirect: false };
      try {
        await adapterFor(options, address).post(address, message, { key, signal });
        return;
      } catch (error) {
        logger.warn('report.not-told', { creatorId, platform }, error);
      }
    }
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

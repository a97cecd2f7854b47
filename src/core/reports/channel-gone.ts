import { type ChatAddress, isSameChannel } from '../chat/chat-event.js';
import { notice } from '../chat/outgoing-message.js';
import { withDeadline } from '../deadline.js';
import { DocentError, toDocentError } from '../errors.js';
import type { CreatorId } from '../ids.js';
import type { ClaimedWork, WorkerOptions } from '../ports/coordinator.js';
import { channelGoneSchema } from './report-queue.js';
import { type ReportWorkerOptions, adapterFor } from './report-worker.js';

const NOTICE_TIMEOUT_MS = 60_000;

/**
 * The work of telling a creator's people that the channel for reports is gone: in the first of the creator's other
 * channels that can be posted to. No platform names a place that admins alone see, and a creator that is linked as whole
 * workspaces has no other channel: then `reports list` and `health`, which managers use, say it.
 */
export function createChannelGoneWorker(
  options: Pick<ReportWorkerOptions, 'services' | 'adapters' | 'logger'>,
): Pick<WorkerOptions, 'handle' | 'failed'> {
  const { logger } = options;
  const { clock, links } = options.services;

  async function otherChannels(creatorId: CreatorId, gone: ChatAddress): Promise<ChatAddress[]> {
    return (await links.ofCreator(creatorId)).flatMap(({ platform, workspaceId, channelId }) => {
      if (channelId === null) return [];
      const address = { platform, workspaceId, channelId, threadId: null, isDirect: false };
      return isSameChannel(address, gone) ? [] : [address];
    });
  }

  /** @throws what went wrong at the first place that may take it later, when none took it. */
  async function tell({ id, payload }: ClaimedWork, signal: AbortSignal): Promise<void> {
    const { creatorId, address: gone } = channelGoneSchema.parse(payload);
    const current = await links.adminChannel(creatorId);
    if (current === undefined || !isSameChannel(current, gone)) return;
    const message = notice(
      `The channel for reports about **${creatorId}** is gone, or I may not post there any more. The reports are paused. A manager can use the command "reports channel" where they shall come from now on.`,
    );
    let problem: Error | undefined;
    for (const address of await otherChannels(creatorId, gone)) {
      const { platform } = address;
      try {
        await adapterFor(options, address).post(address, message, { key: `channel-gone/${id}`, signal });
        logger.info('report.channel-gone-told', { creatorId, platform });
        return;
      } catch (error) {
        logger.warn('report.not-told', { creatorId, platform }, error);
        if (!(error instanceof DocentError && error.code === 'CHANNEL_UNAVAILABLE'))
          problem ??= error instanceof Error ? error : toDocentError(error);
      }
    }
    if (problem !== undefined) throw problem;
    logger.error('report.nobody-told', { creatorId, platform: gone.platform });
  }

  return {
    async handle(work) {
      const { signal } = work;
      await withDeadline({ clock, timeoutMs: NOTICE_TIMEOUT_MS, signal }, (inTime) => tell(work, inTime));
      return 'done';
    },
    async failed({ id }, error) {
      logger.error('report.nobody-told', { work: id }, error);
    },
  };
}

import type { ChatAddress } from '../chat/chat-event.js';
import type { OutgoingMessage } from '../chat/outgoing-message.js';
import type { CreatorLinks } from '../chat/creator-links.js';
import type { Creators } from '../creators.js';
import { withDeadline } from '../deadline.js';
import { DocentError } from '../errors.js';
import { type CreatorId, joinKey } from '../ids.js';
import type { Clock } from '../ports/clock.js';
import type { Coordinator, Worker } from '../ports/coordinator.js';
import { isRecent } from '../recent.js';
import { ALERT_QUEUE, POSTING, enqueueAlert } from './report-queue.js';
import { settingOf } from './report-settings.js';
import { type ReportWorkerOptions, adapterFor, createReportWorker } from './report-worker.js';

/** The report that alerts about health belong to: who paused it gets none. */
export const HEALTH_REPORT = 'health';

/** What all creators' admin channels are told at once. */
export interface Alert {
  /** The same alert has the same key. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message: OutgoingMessage;
}

/** Ways to the admin channels. */
export interface AlertPost {
  /** Begins to post what is in the queue. */
  start(): void;
  /** Reads which channels there are, once a minute at the most, so that they are known when the records are away. @throws as `enqueue`. */
  learnChannels(): Promise<void>;
  /** Puts the alert into the queue, once however many processes do. @throws DocentError when the queue or the records are away. */
  enqueue(alert: Alert): Promise<void>;
  /**
   * Posts from this process to the channels that it knew last, for when the queue is away: to each what `alertFor` its
   * creator gives, if anything. Returns who need not be told it again: those who were, and those whose channel refuses it
   * for good.
   */
  postDirectly(alertFor: (creatorId: CreatorId) => Alert | undefined, signal: AbortSignal): Promise<CreatorId[]>;
  stop(drainMs: number): Promise<void>;
}

/** What alerts are posted with. */
export interface AlertPostOptions extends ReportWorkerOptions {
  readonly creators: Pick<Creators, 'list'>;
  readonly links: Pick<CreatorLinks, 'adminChannel'>;
  readonly coordinator: Pick<Coordinator, 'enqueue' | 'work'>;
  readonly clock: Clock;
}

const POST_TIMEOUT_MS = 20_000;
/** Channels that are posted to at once, so that a platform that does not answer delays the others little. */
const PARALLEL_POSTS = 8;
/** How long the known channels are taken as they are, in milliseconds. */
const CHANNELS_AGE_MS = 60_000;

/** Posts to every creator with an admin channel. */
export function createAlertPost(options: AlertPostOptions): AlertPost {
  const { creators, links, settings, coordinator, clock, logger } = options;
  let channels = new Map<CreatorId, ChatAddress>();
  let readAt = Number.NEGATIVE_INFINITY;
  let worker: Worker | undefined;

  async function readChannels(): Promise<void> {
    const read = new Map<CreatorId, ChatAddress>();
    for (const creatorId of await creators.list()) {
      const address = await links.adminChannel(creatorId);
      const { paused } = settingOf(await settings.read(creatorId), HEALTH_REPORT);
      if (address !== undefined && paused === null) read.set(creatorId, address);
    }
    channels = read;
    readAt = clock.now();
  }

  /** Says whether there is nothing left to try. */
  async function post(
    creatorId: CreatorId,
    { address, alert, signal }: { address: ChatAddress; alert: Alert; signal: AbortSignal },
  ): Promise<boolean> {
    const key = joinKey([alert.key, creatorId]);
    try {
      await withDeadline({ clock, timeoutMs: POST_TIMEOUT_MS, signal }, (inTime) =>
        adapterFor(options, address).post(address, alert.message, { key, signal: inTime }),
      );
      return true;
    } catch (error) {
      logger.warn('health.not-told', { creatorId, platform: address.platform }, error);
      return error instanceof DocentError && !error.retryable;
    }
  }

  return {
    start() {
      worker = coordinator.work(ALERT_QUEUE, {
        ...POSTING,
        concurrency: PARALLEL_POSTS,
        ...createReportWorker(options),
      });
    },
    async learnChannels() {
      if (!isRecent(clock, readAt, CHANNELS_AGE_MS)) await readChannels();
    },
    async enqueue({ key: occasion, at: slotAt, message }) {
      // Who chose a channel a moment ago is told too: an alert comes once.
      await readChannels();
      for (const creatorId of channels.keys())
        await enqueueAlert(coordinator, { report: HEALTH_REPORT, creatorId, slotAt, occasion }, message);
    },
    async postDirectly(alertFor, signal) {
      const settled: CreatorId[] = [];
      const left = channels.entries();
      const postInTurn = async (): Promise<void> => {
        for (const [creatorId, address] of left) {
          const alert = alertFor(creatorId);
          if (alert !== undefined && (await post(creatorId, { address, alert, signal }))) settled.push(creatorId);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL_POSTS }, postInTurn));
      return settled;
    },
    async stop(drainMs) {
      await worker?.stop(drainMs);
    },
  };
}

import { z } from 'zod';
import type { CreatorId } from '../../core/ids.js';
import type { Coordinator } from '../../core/ports/coordinator.js';
import type { Logger } from '../../core/ports/logger.js';

/** News travel as changes of this kind, grouped by creator. */
export const NEWS = 'web-news';

/** Characters of streamed text in one piece of news. */
export const MAX_TEXT = 16_000;
const MAX_STATUS_CHARACTERS = 1_000;
/** News that wait to be published; past that the oldest are dropped. */
const MAX_WAITING = 1_000;

const id = z.string().min(1).max(100);
const exchange = { threadId: id, exchangeId: id };
const status = z.object({
  text: z.string().max(MAX_STATUS_CHARACTERS),
  progress: z.object({ done: z.number(), total: z.number() }).exactOptional(),
});

/**
 * What happened in a creator's room, for the pages that are open in any process. What is kept is named, and read where
 * a page shows it; what is streamed comes in pieces. `run` tells one try of a reply from the next.
 */
export const newsSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('thread'), threadId: id }),
  z.object({ type: z.literal('threadRemoved'), threadId: id }),
  z.object({ type: z.literal('exchange'), ...exchange }),
  z.object({ type: z.literal('reply'), ...exchange, run: id }),
  z.object({ type: z.literal('status'), ...exchange, run: id, status }),
  /** `offset` is the length of the text before it. */
  z.object({
    type: z.literal('delta'),
    ...exchange,
    run: id,
    offset: z.number().int().nonnegative(),
    text: z.string().max(MAX_TEXT),
  }),
  z.object({ type: z.literal('upload'), uploadId: id }),
  z.object({ type: z.literal('uploadStatus'), uploadId: id, status }),
  z.object({ type: z.literal('uploadRemoved'), uploadId: id }),
  z.object({ type: z.literal('erased') }),
]);
export type News = z.infer<typeof newsSchema>;

/** Tells the open pages of every process; returns at once, keeps the order, and never throws. */
export type TellPages = (creatorId: CreatorId, news: News) => void;

/** What news are told with. */
export interface TellPagesOptions {
  readonly coordinator: Pick<Coordinator, 'publish'>;
  readonly logger: Logger;
  /** Shows news to the pages of this process alone. */
  readonly showHere: TellPages;
}

/**
 * Publishes news one after another. News that cannot be published are seen in this process, where the page is that asked,
 * and lost to the others, which is logged once until it works again: what matters is in the transcript.
 */
export function createTellPages({ coordinator, logger, showHere }: TellPagesOptions): TellPages {
  const waiting: (readonly [CreatorId, News])[] = [];
  let isPublishing = false;
  /** News that could not be published one after another, each of them a piece of text perhaps. */
  let lost = 0;

  const publish = async (creatorId: CreatorId, news: News): Promise<void> => {
    try {
      await coordinator.publish({ kind: NEWS, group: creatorId, data: news });
      if (lost > 0) logger.info('news.published-again', { lost });
      lost = 0;
    } catch (error) {
      if (lost === 0) logger.warn('news.lost', {}, error);
      lost += 1;
      showHere(creatorId, news);
    }
  };
  const publishAll = async (): Promise<void> => {
    if (isPublishing) return;
    isPublishing = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await publish(...next);
    isPublishing = false;
  };

  return (creatorId, news) => {
    if (waiting.length === MAX_WAITING) waiting.shift();
    waiting.push([creatorId, bounded(news)]);
    void publishAll();
  };
}

/** A status is the one thing that may be cut, because the next one replaces it. */
function bounded(news: News): News {
  if (news.type !== 'status' && news.type !== 'uploadStatus') return news;
  const text = news.status.text.slice(0, MAX_STATUS_CHARACTERS).toWellFormed();
  return { ...news, status: { ...news.status, text } };
}

import { SlackError } from './slack-error.js';

/** One page of a list, with what Slack sends beside it. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly has_more: boolean;
  readonly response_metadata: { readonly next_cursor: string };
}

const DEFAULT_LIMIT = 100;

/** The page that a cursor stands for. @throws SlackError `invalid_cursor` */
export function paginate<Item>(
  all: readonly Item[],
  { limit = DEFAULT_LIMIT, cursor }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
): Page<Item> {
  const decoded = Buffer.from(cursor ?? '', 'base64').toString();
  const hasCursor = cursor !== undefined && cursor !== '';
  if (hasCursor && !/^\d+$/.test(decoded)) throw new SlackError('invalid_cursor');
  const start = hasCursor ? Number(decoded) : 0;
  const end = start + limit;
  const hasMore = end < all.length;
  return {
    items: all.slice(start, end),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(end)).toString('base64') : '' },
  };
}

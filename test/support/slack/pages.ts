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
  const start = cursor === undefined || cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString());
  if (!Number.isInteger(start)) throw new SlackError('invalid_cursor');
  const end = start + limit;
  const hasMore = end < all.length;
  return {
    items: all.slice(start, end),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(end)).toString('base64') : '' },
  };
}

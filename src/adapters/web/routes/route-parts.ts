import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { CreatorId } from '../../../core/ids.js';
import type { BlobStore } from '../../../core/ports/blob-store.js';
import type { RecordStore } from '../../../core/ports/record-store.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { Feed } from '../feed.js';
import type { TranscriptParts } from '../replies.js';
import type { RoomWatch } from '../room-watch.js';
import type { Creators } from '../../../core/creators.js';
import type { TimedIds } from '../transcript/timed-ids.js';
import type { Sessions } from '../sessions.js';

/** What the routes work with. */
export interface RouteParts extends TranscriptParts {
  readonly feed: Feed;
  readonly watch: RoomWatch;
  readonly creators: Pick<Creators, 'add'>;
  readonly sessions: Sessions;
  readonly records: RecordStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly timedIds: TimedIds;
  /** @throws HTTPException 503 before the adapter has started and after it was stopped. */
  host(): ChatHost;
}

/** What the middleware found out: every route below `/api/creators/:creatorId` has both. */
export interface WebEnv {
  Variables: { memberId: string; creatorId: CreatorId };
}

/** A question of 100,000 characters in UTF-8, with room for its JSON. */
const MAX_JSON_BYTES = 500_000;

/** The page's own id of a request, so that a request sent twice counts once. */
export const requestIdSchema = z.uuid();
/** A thread's id in a path. */
export const threadIdSchema = z.string().regex(/^(?:admin|[0-9a-f-]{36})$/);
/** An exchange's or upload's id in a path: see `createTimedIds`. */
export const timedIdSchema = z.string().regex(/^[0-9a-z]{9,12}-[0-9a-f-]{8,64}$/);

/**
 * The request's JSON body, read no further than 500 kB.
 * @throws ZodError for a wrong shape; HTTPException 400 for what is no JSON, 413 for too much, 415 for another type.
 */
export async function readJson<Shape extends z.ZodType>(context: Context, schema: Shape): Promise<z.infer<Shape>> {
  if (!/^application\/json(?:;|$)/.test(context.req.header('content-type') ?? ''))
    throw new HTTPException(415, { message: 'Send JSON, with the content type application/json.' });
  return schema.parse(parseJson(await readText(context.req.raw)));
}

async function readText({ body }: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_JSON_BYTES)
      throw new HTTPException(413, { message: 'This is too long to send at once. Shorten it.' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HTTPException(400, { message: 'The request is no valid JSON.', cause });
  }
}

/** The thread of the request's path. @throws HTTPException 404. */
export async function requireThread(parts: RouteParts, context: Context<WebEnv>): Promise<string> {
  const threadId = threadIdSchema.safeParse(context.req.param('threadId')).data;
  const thread = threadId && (await parts.threads.get(context.get('creatorId'), threadId));
  if (thread === undefined || thread === '')
    throw new HTTPException(404, { message: 'This thread is not there any more.' });
  return thread.threadId;
}

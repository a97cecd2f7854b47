import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import { DocentError } from '../../../core/errors.js';
import type { StoredBlob } from '../../../core/ports/blob-store.js';
import { temporarilyUnavailable } from '../../../core/store-deadline.js';
import { uploadOf } from '../transcript/uploads.js';
import { chatEvent, commandBody, eventIdFor } from '../chat-events.js';
import { type RouteParts, type WebEnv, requestIdSchema, timedIdSchema } from './route-parts.js';

/** The longest that the bytes of a file may take to arrive. */
const UPLOAD_DEADLINE_MS = 10 * 60_000;

const uploadSchema = z.strictObject({
  requestId: requestIdSchema,
  name: z.string().trim().min(1).max(255),
});

/** Uploads with their outcomes: below `/api/creators/:creatorId/uploads`. */
export function uploadRoutes(parts: RouteParts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get('/', async (context) => context.json({ uploads: await parts.uploads.list(context.get('creatorId')) }))
    .post('/', (context) => upload(parts, context))
    .delete('/:uploadId', async (context) => {
      const uploadId = timedIdSchema.parse(context.req.param('uploadId'));
      if (await parts.uploads.dismiss(context.get('creatorId'), uploadId))
        parts.tell(context.get('creatorId'), { type: 'uploadRemoved', uploadId });
      return context.body(null, 204);
    });
}

/**
 * The bytes go to the blob store as they arrive; the event that reads them is kept before the page is told "received", and
 * before anything shows that they are being read: what a kill cuts off leaves nothing that is never done.
 */
async function upload(parts: RouteParts, context: Context<WebEnv>): Promise<Response> {
  const { requestId, name } = uploadSchema.parse(context.req.query());
  const creatorId = context.get('creatorId');
  await parts.uploads.makeRoom(creatorId);
  const blob = await keepBytes(parts, context);
  const uploadId = parts.timedIds(requestId);
  const event = chatEvent({
    creatorId,
    threadId: null,
    memberId: context.get('memberId'),
    eventId: eventIdFor(creatorId, requestId),
    receivedAt: parts.clock.now(),
    body: commandBody('ingest', {}),
    attachments: [{ name, sizeBytes: blob.sizeBytes, blob, reference: null }],
    replyContext: { kind: 'upload', uploadId },
  });
  try {
    const acceptance = await parts.host().accept(event);
    if (acceptance === 'duplicate') throw new HTTPException(409, { message: `${name} is being read already.` });
    if (acceptance === 'refused') throw temporarilyUnavailable();
  } catch (error) {
    // What cannot be removed now expires.
    await parts.blobs.delete(creatorId, blob.blobId).catch(() => undefined);
    throw error;
  }
  // It is kept by now: one that cannot be shown yet is shown with its outcome.
  const added = await parts.uploads.add(creatorId, uploadOf(event, uploadId)).catch(() => undefined);
  if (added !== undefined) parts.tell(creatorId, { type: 'upload', uploadId });
  return context.json({ upload: added ?? null }, 202);
}

async function keepBytes(parts: RouteParts, context: Context<WebEnv>): Promise<StoredBlob> {
  const { maxUploadBytes } = parts.host();
  if (Number(context.req.header('content-length') ?? 0) > maxUploadBytes)
    throw new DocentError('DOCUMENT_TOO_LARGE', {
      userMessage: `The file is over the limit of ${Math.floor(maxUploadBytes / 1_000_000)} MB. Split it, or raise the limit.`,
    });
  const { body } = context.req.raw;
  if (body === null)
    throw new DocentError('DOCUMENT_EMPTY', { userMessage: 'The file holds no bytes. Choose another one.' });
  const signal = AbortSignal.any([context.req.raw.signal, AbortSignal.timeout(UPLOAD_DEADLINE_MS)]);
  return parts.blobs.put(context.get('creatorId'), body, { maxBytes: maxUploadBytes, signal });
}

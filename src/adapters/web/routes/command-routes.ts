import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { jsonSchema } from '../../../core/json.js';
import { unseenReply } from '../../../core/chat/guarded-reply.js';
import { chatEvent, commandBody, eventIdFor } from '../chat-events.js';
import { type RouteParts, type WebEnv, readJson, threadIdSchema } from './route-parts.js';

const runSchema = z.strictObject({
  input: z.record(z.string(), jsonSchema).default({}),
  /** The thread it is about, such as for `summary`. */
  threadId: threadIdSchema.nullable().default(null),
});

/** Runs a command while the page waits: below `/api/creators/:creatorId/commands`. */
export function commandRoutes(parts: RouteParts): Hono<WebEnv> {
  return new Hono<WebEnv>().post('/:name', async (context) => {
    const creatorId = context.get('creatorId');
    const { input, threadId } = await readJson(context, runSchema);
    const event = chatEvent({
      creatorId,
      threadId,
      memberId: context.get('memberId'),
      eventId: eventIdFor(creatorId, randomUUID()),
      receivedAt: parts.clock.now(),
      body: commandBody(context.req.param('name').slice(0, 64), input),
      replyContext: { kind: 'response' },
    });
    return context.json({ message: await parts.host().execute(event, unseenReply, context.req.raw.signal) });
  });
}

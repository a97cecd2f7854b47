import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { ChatEvent } from '../../../core/chat/chat-event.js';
import { unseenReply } from '../../../core/chat/guarded-reply.js';
import { chatEvent, commandBody, eventIdFor, questionBody } from '../chat-events.js';
import { addQuestion } from '../replies.js';
import {
  type RouteParts,
  type WebEnv,
  readJson,
  requestIdSchema,
  requireThread,
  timedIdSchema,
} from './route-parts.js';

const pageSchema = z.object({
  before: timedIdSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
const askSchema = z.union([
  z.strictObject({ requestId: requestIdSchema, text: z.string().trim().min(1).max(100_000) }),
  z.strictObject({ requestId: requestIdSchema, command: z.string().min(1).max(64) }),
]);
const feedbackSchema = z.strictObject({
  vote: z.enum(['up', 'down']),
  reason: z.string().trim().max(1_000).default(''),
});

/** What is said in a thread: below `/api/creators/:creatorId/threads/:threadId/exchanges`. */
export function exchangeRoutes(parts: RouteParts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get('/', async (context) => {
      const threadId = await requireThread(parts, context);
      const page = pageSchema.parse(context.req.query());
      return context.json(await parts.exchanges.list({ creatorId: context.get('creatorId'), threadId }, page));
    })
    .post('/', async (context) => {
      const place = { creatorId: context.get('creatorId'), threadId: await requireThread(parts, context) };
      const asked = await readJson(context, askSchema);
      await parts.exchanges.requireRoom(place);
      const body = 'text' in asked ? questionBody(asked.text) : commandBody(asked.command, {});
      const receivedAt = parts.clock.now();
      const exchangeId = parts.timedIds(asked.requestId);
      const eventId = eventIdFor(place.creatorId, asked.requestId);
      const memberId = context.get('memberId');
      const replyContext = { kind: 'exchange', exchangeId } as const;
      const event = chatEvent({ ...place, memberId, eventId, receivedAt, body, replyContext });
      const acceptance = await parts.host().accept(event);
      if (acceptance === 'ignored')
        throw new HTTPException(422, { message: 'Docent has nothing to say to this. Ask something.' });
      if (acceptance !== 'duplicate') await addQuestion(parts, event, exchangeId);
      const exchange = await parts.exchanges.findRecent(place, eventId);
      return context.json({ exchange: exchange ?? null }, 202);
    })
    .post('/:exchangeId/feedback', (context) => giveFeedback(parts, context));
}

async function giveFeedback(parts: RouteParts, context: Context<WebEnv>): Promise<Response> {
  const place = { creatorId: context.get('creatorId'), threadId: await requireThread(parts, context) };
  const exchangeId = timedIdSchema.parse(context.req.param('exchangeId'));
  const { vote, reason } = await readJson(context, feedbackSchema);
  const answerId = (await parts.exchanges.get(place, exchangeId))?.reply?.answerId;
  if (answerId === undefined) throw new HTTPException(404, { message: 'There is no answer here to vote on.' });
  const event: ChatEvent = chatEvent({
    ...place,
    memberId: context.get('memberId'),
    eventId: eventIdFor(place.creatorId, randomUUID()),
    receivedAt: parts.clock.now(),
    body: commandBody('feedback', { answer: answerId, vote, ...(reason === '' ? {} : { reason }) }),
    replyContext: { kind: 'response' },
  });
  const message = await parts.host().execute(event, unseenReply, context.req.raw.signal);
  if (message.kind !== 'error') {
    const exchange = await parts.exchanges.vote(place, exchangeId, vote);
    if (exchange !== undefined) parts.tell(place.creatorId, { type: 'exchange', threadId: place.threadId, exchangeId });
  }
  return context.json({ message });
}

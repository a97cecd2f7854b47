import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { memberKeyOf } from '../../../core/chat/chat-event.js';
import { unseenReply } from '../../../core/chat/guarded-reply.js';
import { addressOf, chatEvent, commandBody, eventIdFor } from '../chat-events.js';
import { type RouteParts, type WebEnv, readJson, requireThread } from './route-parts.js';

const pageSchema = z.object({
  offset: z.coerce.number().int().min(0).max(1_000).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
const renameSchema = z.strictObject({ title: z.string().trim().min(1).max(200) });

/** A creator's threads: below `/api/creators/:creatorId/threads`. */
export function threadRoutes(parts: RouteParts): Hono<WebEnv> {
  const { threads, tell } = parts;
  return new Hono<WebEnv>()
    .get('/', async (context) =>
      context.json(await threads.list(context.get('creatorId'), pageSchema.parse(context.req.query()))),
    )
    .post('/', async (context) => {
      const thread = await threads.create(context.get('creatorId'));
      tell(context.get('creatorId'), { type: 'thread', threadId: thread.threadId });
      return context.json({ thread }, 201);
    })
    .patch('/:threadId', async (context) => {
      const creatorId = context.get('creatorId');
      const threadId = await requireThread(parts, context);
      const { title } = await readJson(context, renameSchema);
      const author = { memberId: context.get('memberId'), displayName: '', isBot: false, role: 'operator' as const };
      const memberKey = memberKeyOf({ address: addressOf(creatorId, threadId), author });
      const thread = await threads.rename(creatorId, threadId, { title, memberKey });
      if (thread !== undefined) tell(creatorId, { type: 'thread', threadId });
      return context.json({ thread });
    })
    .delete('/:threadId', async (context) => {
      const creatorId = context.get('creatorId');
      const threadId = await requireThread(parts, context);
      await forgetConversation(parts, {
        creatorId,
        threadId,
        memberId: context.get('memberId'),
        signal: context.req.raw.signal,
      });
      await threads.remove(creatorId, threadId);
      tell(creatorId, { type: 'threadRemoved', threadId });
      return context.body(null, 204);
    });
}

/** What Docent remembers of a thread goes with it. */
async function forgetConversation(
  parts: RouteParts,
  thread: Pick<Parameters<typeof chatEvent>[0], 'creatorId' | 'threadId' | 'memberId'> & {
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const host = parts.host();
  if (!host.commands.some(({ name }) => name === 'reset')) return;
  const event = chatEvent({
    ...thread,
    eventId: eventIdFor(thread.creatorId, randomUUID()),
    receivedAt: parts.clock.now(),
    body: commandBody('reset', {}),
    replyContext: { kind: 'response' },
  });
  await host.execute(event, unseenReply, thread.signal);
}

import { Hono } from 'hono';
import { z } from 'zod';
import { type CreatorId, creatorIdSchema } from '../../../core/ids.js';
import type { ChatHost } from '../../../core/ports/chat-adapter.js';
import { type RouteParts, type WebEnv, readJson } from './route-parts.js';

const newCreatorSchema = z.strictObject({ creatorId: creatorIdSchema });

/** The creators that a page can open, in name order: the default one is there before it has anything. */
export async function knownCreators(host: ChatHost): Promise<CreatorId[]> {
  return [...new Set([host.defaultCreatorId, ...(await host.creators())])].sort();
}

/** Which creators there are. */
export function creatorRoutes(parts: RouteParts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get('/', async (context) => context.json({ creators: await knownCreators(parts.host()) }))
    .post('/', async (context) => {
      const { creatorId } = await readJson(context, newCreatorSchema);
      await parts.creators.add(creatorId);
      return context.json({ creatorId }, 201);
    });
}

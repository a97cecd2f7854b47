import { Hono } from 'hono';
import { z } from 'zod';
import { creatorIdSchema } from '../../../core/ids.js';
import { type RouteParts, type WebEnv, readJson } from './route-parts.js';

const newCreatorSchema = z.strictObject({ creatorId: creatorIdSchema });

/** Which creators there are. */
export function creatorRoutes(parts: RouteParts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get('/', async (context) => context.json({ creators: await parts.creators.list(parts.host().defaultCreatorId) }))
    .post('/', async (context) => {
      const { creatorId } = await readJson(context, newCreatorSchema);
      await parts.creators.add(creatorId);
      return context.json({ creatorId }, 201);
    });
}

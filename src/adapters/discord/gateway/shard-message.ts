import { z } from 'zod';
import { HEARD_EVENTS } from './gateway.js';

/** What a shard's own process is started with, as its one argument in JSON. */
export const shardSetupSchema = z.object({ apiUrl: z.string(), readsAll: z.boolean() });

/** What a shard's own process tells its parent. */
export const shardMessageSchema = z.discriminatedUnion('docent', [
  z.object({ docent: z.literal('dispatch'), event: z.enum(HEARD_EVENTS), data: z.unknown() }),
  z.object({ docent: z.literal('state'), isReady: z.boolean(), signs: z.number() }),
  z.object({ docent: z.literal('failed'), userMessage: z.string() }),
]);
export type ShardMessage = z.infer<typeof shardMessageSchema>;

import { z } from 'zod';
import { hashParts } from '../../../core/ids.js';
import type { Clock } from '../../../core/ports/clock.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import { renderFinal } from '../draw/render.js';
import type { RestApi } from '../api/rest-api.js';
import { createChannelSurface } from './surfaces.js';
import { snowflakeSchema } from '../api/wire.js';

const postedSchema = z.object({ messageIds: z.array(snowflakeSchema), at: z.number().int() });

/** What was posted, by the hash of place and key, in the system scope. */
const postedCollection = { name: 'discord-posts', schema: postedSchema } satisfies Collection<typeof postedSchema>;

/** A key is known this long, in milliseconds. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1_000;
const POSTS_PER_TRIM = 20;
const TRIMMED_AT_ONCE = 1_000;

/**
 * Posts a message of one key once: the record of it is read before, and while it could not be written yet Discord itself
 * knows the message again by its nonce, for some minutes.
 */
export function createPost({
  api,
  recordStore,
  clock,
}: {
  readonly api: RestApi;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
}): ChatAdapter['post'] {
  let posts = 0;

  async function trim(): Promise<void> {
    posts += 1;
    if (posts % POSTS_PER_TRIM !== 0) return;
    const some = await recordStore.list(postedCollection, SYSTEM_SCOPE, { limit: TRIMMED_AT_ONCE });
    for (const { id, value } of some)
      if (clock.now() - value.at > KEPT_MS) await recordStore.delete(postedCollection, SYSTEM_SCOPE, id);
  }

  return async ({ channelId, threadId }, message, { key, signal }) => {
    const place = threadId ?? channelId;
    const id = hashParts(['post', place, key]);
    const known = await recordStore.get(postedCollection, SYSTEM_SCOPE, id);
    if (known !== undefined) return { messageIds: known.value.messageIds };
    const surface = createChannelSurface({ api, channelId: place, key });
    const messageIds: string[] = [];
    for (const [index, body] of renderFinal(message, { prefix: '', followUpCommand: null }).entries())
      messageIds.push(await surface.write(index, undefined, body, signal));
    const value = { messageIds, at: clock.now() };
    await recordStore.put(postedCollection, SYSTEM_SCOPE, { id, value });
    await trim();
    return { messageIds };
  };
}

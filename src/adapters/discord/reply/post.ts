import { z } from 'zod';
import { hashParts } from '../../../core/ids.js';
import { escapeMarkdown } from '../../../core/chat/escape.js';
import type { OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import type { Clock } from '../../../core/ports/clock.js';
import { type Collection, type RecordStore, SYSTEM_SCOPE } from '../../../core/ports/record-store.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import type { Logger } from '../../../core/ports/logger.js';
import { createRecordTrim } from '../../../core/record-trim.js';
import { isRefusal } from '../api/discord-errors.js';
import { renderFinal } from '../draw/render.js';
import type { RestApi } from '../api/rest-api.js';
import { createChannelSurface } from './surfaces.js';
import { snowflakeSchema } from '../api/wire.js';

const postedSchema = z.object({ messageIds: z.array(snowflakeSchema), at: z.number().int() });

/** What was posted, by the hash of place and key, in the system scope. */
export const postedCollection = { name: 'discord-posts', schema: postedSchema } satisfies Collection<
  typeof postedSchema
>;

/** A key is known this long, in milliseconds. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1_000;
/** What is said where Discord lets no file through. */
const NO_PICTURES = 'Pictures are missing here: give me Attach Files in this channel.';

/**
 * Posts a message of one key once: the record of it is read before, and while it could not be written yet Discord itself
 * knows the message again by its nonce, for some minutes. Where files may not be attached, the message goes without its
 * pictures and says so.
 */
export function createPost({
  api,
  recordStore,
  clock,
  logger,
}: {
  readonly api: RestApi;
  readonly recordStore: RecordStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): ChatAdapter['post'] {
  const isTooOld = ({ at }: z.infer<typeof postedSchema>): boolean => clock.now() - at > KEPT_MS;
  const trim = createRecordTrim({ recordStore, collection: postedCollection, isTooOld });

  return async ({ channelId, threadId }, message, { key, signal }) => {
    const place = threadId ?? channelId;
    const id = hashParts(['post', place, key]);
    const known = await recordStore.get(postedCollection, SYSTEM_SCOPE, id);
    if (known !== undefined) return { messageIds: known.value.messageIds };
    const surface = createChannelSurface({ api, channelId: place, key });
    const messageIds: string[] = [];
    const write = async (said: OutgoingMessage): Promise<void> => {
      const bodies = renderFinal(said, { prefix: '', followUpCommand: null });
      for (const [index, body] of [...bodies.entries()].slice(messageIds.length))
        messageIds.push(await surface.write(index, undefined, body, signal));
    };
    try {
      await write(message);
    } catch (error) {
      if (message.pictures === undefined || !isRefusal(error, 'missingPermissions')) throw error;
      logger.warn('discord.picture-not-shown', { channelId: place, fix: NO_PICTURES }, error);
      await write(withoutPictures(message));
    }
    const value = { messageIds, at: clock.now() };
    await recordStore.put(postedCollection, SYSTEM_SCOPE, { id, value });
    await trim(SYSTEM_SCOPE);
    return { messageIds };
  };
}

/** The same in words alone, and why. */
function withoutPictures({ pictures, footnote, ...said }: OutgoingMessage): OutgoingMessage {
  const shown = (pictures ?? []).map(({ altText }) => escapeMarkdown(altText)).join(' ');
  return { ...said, footnote: [footnote, NO_PICTURES, shown].filter((part) => part !== undefined).join(' ') };
}

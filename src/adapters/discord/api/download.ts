import { RequestMethod } from 'discord.js';
import { z } from 'zod';
import { DocentError } from '../../../core/errors.js';
import type { JsonValue } from '../../../core/json.js';
import type { Clock } from '../../../core/ports/clock.js';
import type { ChatAdapter } from '../../../core/ports/chat-adapter.js';
import { isRefusal } from './discord-errors.js';
import type { RestApi } from './rest-api.js';
import { type WireAttachment, type WireMessage, messageSchema, snowflakeSchema } from './wire.js';

const referenceSchema = z.discriminatedUnion('kind', [
  /** Of a message: its addresses are signed and expire, so a fresh one is asked for. */
  z.object({
    kind: z.literal('posted'),
    channelId: snowflakeSchema,
    messageId: snowflakeSchema,
    attachmentId: snowflakeSchema,
  }),
  /** Of an interaction: there is no other way to it than its address, which lives a day at the most. */
  z.object({ kind: z.literal('given'), url: z.url() }),
]);

/** What an attachment of an event refers to. */
export const reference = {
  posted: ({ id, channel_id: channelId }: WireMessage, attachment: WireAttachment): JsonValue =>
    ({ kind: 'posted', channelId, messageId: id, attachmentId: attachment.id }) satisfies z.infer<
      typeof referenceSchema
    >,
  given: ({ url }: WireAttachment): JsonValue => ({ kind: 'given', url }) satisfies z.infer<typeof referenceSchema>,
};

/** How long the first byte, or the next ones, may take, in milliseconds. */
const STALL_TIMEOUT_MS = 30_000;

const MAY_NOT_READ =
  'I may not read it there. Give me View Channel and Read Message History in that channel, then post it again, or add it with /ingest.';

/** Downloads from one server alone, and follows it to no other. */
export function createDownload({
  api,
  cdnUrl,
  clock,
}: {
  readonly api: RestApi;
  readonly cdnUrl: string;
  readonly clock: Clock;
}): ChatAdapter['download'] {
  const { origin } = new URL(cdnUrl);

  async function addressOf(stored: JsonValue, signal: AbortSignal): Promise<string> {
    const parsed = referenceSchema.safeParse(stored);
    if (!parsed.success) throw failed('It was not posted here. Post it again.', parsed.error);
    if (parsed.data.kind === 'given') return parsed.data.url;
    const { channelId, messageId, attachmentId } = parsed.data;
    try {
      const path = `/channels/${channelId}/messages/${messageId}` as const;
      const message = await api.call(
        { method: RequestMethod.Get, path, signal },
        messageSchema.pick({ attachments: true }),
      );
      const attachment = message.attachments.find(({ id }) => id === attachmentId);
      if (attachment !== undefined) return attachment.url;
    } catch (error) {
      if (isRefusal(error, 'missingAccess', 'missingPermissions')) throw failed(MAY_NOT_READ, error);
      if (!isRefusal(error, 'unknownMessage', 'unknownChannel')) throw error;
    }
    throw failed('It was deleted before it was read. Post it again.');
  }

  async function* bytesOf(url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (!URL.canParse(url) || new URL(url).origin !== origin)
      throw failed('It does not stand on the file server of Discord. Post the file itself.');
    const stall = new AbortController();
    const watch = (): (() => void) => clock.after(STALL_TIMEOUT_MS, () => stall.abort());
    let unwatch = watch();
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.any([signal, stall.signal]) });
      if (!response.ok || response.body === null)
        throw failed(
          response.status === 404 || response.status === 403
            ? 'It was deleted, or its address expired. Post it again.'
            : `The file server of Discord answered with HTTP ${response.status}. Try again in a minute.`,
        );
      for await (const chunk of response.body) {
        unwatch();
        yield chunk as Uint8Array;
        unwatch = watch();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DocentError) throw error;
      throw failed('The download broke off. Post it again.', error);
    } finally {
      unwatch();
      stall.abort();
    }
  }

  return async function* download(_event, { reference: stored }, signal) {
    yield* bytesOf(await addressOf(stored, signal), signal);
  };
}

function failed(reason: string, cause?: unknown): DocentError {
  return new DocentError('DOWNLOAD_FAILED', {
    userMessage: `It could not be downloaded. ${reason}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

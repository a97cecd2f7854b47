import { MessageFlags, RequestMethod } from 'discord.js';
import { hashParts } from '../../../core/ids.js';
import { isRefusal } from '../api/discord-errors.js';
import { type MessageBody, payloadOf } from '../draw/message-body.js';
import { type RestApi, anyAnswer } from '../api/rest-api.js';
import { postedMessageSchema } from '../api/wire.js';

/** A place that messages of one reply are written to. */
export interface Surface {
  /** The channel, where messages there can be reached without a token. */
  readonly channelId: string | null;
  /**
   * Edits the message, or posts it where there is none yet or it was deleted; `index` is its place among the reply's
   * messages, and the same one posted twice is one message.
   * @returns the message's id
   */
  write(index: number, messageId: string | undefined, body: MessageBody, signal: AbortSignal): Promise<string>;
  /** Removes a message; one that is gone already counts as removed. */
  remove(messageId: string, signal: AbortSignal): Promise<void>;
}

/** A channel, thread or direct message. */
export interface ChannelSurfaceOptions {
  readonly api: RestApi;
  readonly channelId: string;
  /** What makes messages posted twice one message: an event's id, or a report's key. */
  readonly key: string;
  /** The message that the first one answers visibly. */
  readonly answeredMessageId?: string | undefined;
}

/** Writes by the bot's own right. */
export function createChannelSurface({ api, channelId, key, answeredMessageId }: ChannelSurfaceOptions): Surface {
  const path = `/channels/${channelId}/messages` as const;

  /** Discord knows a nonce again for some minutes: a request that was sent twice posts once. */
  async function post(index: number, body: MessageBody, signal: AbortSignal, replaced = ''): Promise<string> {
    const { body: fields, files } = payloadOf(body);
    const nonce = hashParts(['discord-message', key, channelId, String(index), replaced], 24);
    const reference =
      index === 0 && answeredMessageId !== undefined
        ? { message_reference: { message_id: answeredMessageId, fail_if_not_exists: false } }
        : {};
    const request = { ...fields, ...reference, nonce, enforce_nonce: true };
    const call = { method: RequestMethod.Post, path, body: request, files, signal };
    return (await api.call(call, postedMessageSchema)).id;
  }

  return {
    channelId,
    async write(index, messageId, body, signal) {
      if (messageId === undefined) return post(index, body, signal);
      try {
        const call = { method: RequestMethod.Patch, path: `${path}/${messageId}` as const, ...payloadOf(body), signal };
        await api.call(call, anyAnswer);
        return messageId;
      } catch (error) {
        if (!isRefusal(error, 'unknownMessage')) throw error;
        return post(index, body, signal, messageId);
      }
    },
    remove: (messageId, signal) => remove(api, `${path}/${messageId}`, true, signal),
  };
}

/** The answer to an interaction, for 15 minutes. */
export interface TokenSurfaceOptions {
  readonly api: RestApi;
  readonly applicationId: string;
  readonly token: string;
  readonly isPrivate: boolean;
  /** Where it is, when others see it. */
  readonly channelId: string;
}

const ORIGINAL = '@original';

/** Writes with an interaction's token: the first message is the interaction's own, the others follow it. */
export function createTokenSurface({ api, applicationId, token, isPrivate, channelId }: TokenSurfaceOptions): Surface {
  const path = `/webhooks/${applicationId}/${token}` as const;
  return {
    channelId: isPrivate ? null : channelId,
    async write(index, messageId, body, signal) {
      const { body: fields, files } = payloadOf(body);
      const id = index === 0 ? ORIGINAL : messageId;
      const call =
        id === undefined
          ? {
              method: RequestMethod.Post,
              path,
              query: { wait: 'true' },
              body: { ...fields, flags: MessageFlags.SuppressEmbeds | (isPrivate ? MessageFlags.Ephemeral : 0) },
            }
          : { method: RequestMethod.Patch, path: `${path}/messages/${id}` as const, body: fields };
      return (await api.call({ ...call, files, isBot: false, signal }, postedMessageSchema)).id;
    },
    remove: (messageId, signal) => remove(api, `${path}/messages/${messageId}`, false, signal),
  };
}

async function remove(api: RestApi, path: `/${string}`, isBot: boolean, signal: AbortSignal): Promise<void> {
  try {
    await api.call({ method: RequestMethod.Delete, path, isBot, signal }, anyAnswer);
  } catch (error) {
    if (!isRefusal(error, 'unknownMessage')) throw error;
  }
}

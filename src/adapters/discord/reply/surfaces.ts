import { MessageFlags, RequestMethod } from 'discord.js';
import { hashParts } from '../../../core/ids.js';
import { isChannelRefusal, isRefusal } from '../api/discord-errors.js';
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
  /** The message that one answers visibly, by its place among the reply's messages. Default: none. */
  readonly answeredBy?: (index: number) => string | undefined;
}

/** Writes by the bot's own right. */
export function createChannelSurface(options: ChannelSurfaceOptions): Surface {
  const { api, channelId, key, answeredBy = () => undefined } = options;
  const path = `/channels/${channelId}/messages` as const;

  /** Discord knows a nonce again for some minutes: a request that was sent twice posts once. */
  async function post(index: number, body: MessageBody, signal: AbortSignal, replaced = ''): Promise<string> {
    const { body: fields, files } = payloadOf(body);
    const nonce = hashParts(['discord-message', key, channelId, String(index), replaced], 24);
    const answeredId = answeredBy(index);
    const reference =
      answeredId === undefined ? {} : { message_reference: { message_id: answeredId, fail_if_not_exists: false } };
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
  /** Where it is, when others see it, and the interaction's own message there. */
  readonly channelId: string;
  readonly messageId: string | null;
  /** What makes messages posted twice one message: the event's id. */
  readonly key: string;
}

const ORIGINAL = '@original';

/**
 * Writes with an interaction's token: the first message is the interaction's own, which is only ever edited, so that a
 * request sent twice changes nothing. The others follow it, and so does the first once its message was deleted. Discord knows no nonce there, and gives no list of them: what
 * others may see is therefore posted in the channel, which knows one, wherever Docent may write there. A message for one
 * person alone can only follow. Sent twice because the answer to the first request got lost, it stands there twice: that is
 * better than not at all.
 * @see https://github.com/discord/discord-api-docs/pull/6647 on nonces, which interactions do not have
 */
export function createTokenSurface({ api, channelId, key, ...interaction }: TokenSurfaceOptions): Surface {
  const { applicationId, token, isPrivate, messageId: ownMessageId } = interaction;
  const path = `/webhooks/${applicationId}/${token}` as const;
  const inChannel = isPrivate
    ? undefined
    : createChannelSurface({
        api,
        channelId,
        key: `${key}/after-own`,
        // As Discord does it with what follows by token; a reply to any of them is a reply to the first.
        answeredBy: () => ownMessageId ?? undefined,
      });

  /** Does it in the channel; undefined where it is not for others, or Docent may not. */
  async function byOwnRight<Result>(work: (surface: Surface) => Promise<Result>): Promise<Result | undefined> {
    if (inChannel === undefined) return undefined;
    try {
      return await work(inChannel);
    } catch (error) {
      if (!isChannelRefusal(error)) throw error;
      return undefined;
    }
  }

  /** Undefined where the message was deleted. */
  async function edit(id: string, body: MessageBody, signal: AbortSignal): Promise<string | undefined> {
    const { body: fields, files } = payloadOf(body);
    const call = { method: RequestMethod.Patch, path: `${path}/messages/${id}` as const, body: fields, files };
    try {
      return (await api.call({ ...call, isBot: false, signal }, postedMessageSchema)).id;
    } catch (error) {
      if (!isRefusal(error, 'unknownMessage')) throw error;
      return undefined;
    }
  }

  async function follow(body: MessageBody, signal: AbortSignal): Promise<string> {
    const { body: fields, files } = payloadOf(body);
    const flags = MessageFlags.SuppressEmbeds | (isPrivate ? MessageFlags.Ephemeral : 0);
    const call = { method: RequestMethod.Post, path, query: { wait: 'true' }, body: { ...fields, flags }, files };
    return (await api.call({ ...call, isBot: false, signal }, postedMessageSchema)).id;
  }

  return {
    channelId: isPrivate ? null : channelId,
    async write(index, messageId, body, signal) {
      const isOwn = index === 0 && (messageId === undefined || messageId === ownMessageId);
      const id = isOwn ? await edit(ORIGINAL, body, signal) : undefined;
      if (id !== undefined) return id;
      const known = isOwn ? undefined : messageId;
      return (
        (await byOwnRight((one) => one.write(index, known, body, signal))) ??
        (known === undefined ? undefined : await edit(known, body, signal)) ??
        follow(body, signal)
      );
    },
    async remove(messageId, signal) {
      const isRemoved = await byOwnRight(async (one) => {
        await one.remove(messageId, signal);
        return true;
      });
      if (isRemoved !== true) await remove(api, `${path}/messages/${messageId}`, false, signal);
    },
  };
}

async function remove(api: RestApi, path: `/${string}`, isBot: boolean, signal: AbortSignal): Promise<void> {
  try {
    await api.call({ method: RequestMethod.Delete, path, isBot, signal }, anyAnswer);
  } catch (error) {
    if (!isRefusal(error, 'unknownMessage')) throw error;
  }
}

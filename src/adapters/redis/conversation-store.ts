import { z } from 'zod';
import type { ConversationId, CreatorId, MemberKey } from '../../core/ids.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ConversationStore, StoredMessage } from '../../core/ports/conversation-store.js';
import type { Logger } from '../../core/ports/logger.js';
import {
  CONVERSATION_LIFE_MS,
  KEPT_MESSAGES,
  checkConversation,
  storedMessageSchema,
} from '../../core/stored-message.js';
import { type Connection, companionKey, repliesOf } from './connection.js';
import { CLEAR, INDEX, RECENT, REMOVE } from './conversation-scripts.js';
import { pingHealth } from './health.js';
import { parseJson } from './stored-json.js';

const count = z.number().int();
const messagesSchema = z.array(z.string());
const figure = z.coerce.number();
const summarySchema = z.object({
  userMessages: figure,
  aiMessages: figure,
  answerCharacters: figure,
  firstAt: figure,
  lastAt: figure,
  expiresAt: figure,
});
const ownerSchema = z.object({ memberKey: z.string() });

const LIFE_SECONDS = CONVERSATION_LIFE_MS / 1_000;

/** Conversations that one erasing step looks at. */
const ERASE_BATCH = 100;

type Exchange = Parameters<ConversationStore['append']>[2];

/** What the store works with. */
export interface ConversationStoreOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps a conversation as the list `conversation:{conversationId}:messages`, one JSON object a message, and its figures
 * in a hash beside it; both expire. An exchange is added in one MULTI; of two processes that bring the same one at the same
 * moment, as one of them lost its claim on the event, both may add it: reading leaves the second out. `conversations:{creatorId}` tells erasures which there are: it lives in another
 * Cluster slot and is written first, so that a conversation is never without it.
 */
export function createConversationStore({ connection, clock, logger }: ConversationStoreOptions): ConversationStore {
  const indexKey = (creatorId: CreatorId): string => connection.key(`conversations:${creatorId}`);
  const keysOf = (creatorId: CreatorId, id: string): readonly [messages: string, summary: string] => {
    const messages = connection.key(`conversation:${nameOf(creatorId, id)}:messages`);
    return [messages, companionKey(messages, 'summary')];
  };

  const read = (texts: readonly string[]): StoredMessage[] => {
    const messages = texts.flatMap((text) => storedMessageSchema.safeParse(parseJson(text)).data ?? []);
    if (messages.length < texts.length) logger.warn('messages.invalid', { skipped: texts.length - messages.length });
    return messages.filter(({ id }, index) => messages.findIndex((other) => other.id === id) === index);
  };

  /** What this process is adding to each conversation, so that it sees an exchange that comes twice at once. */
  const turns = new Map<string, Promise<void>>();

  const append = async (creatorId: CreatorId, id: ConversationId, { question, answer }: Exchange): Promise<void> => {
    const [messages, summary] = keysOf(creatorId, id);
    const now = clock.now();
    const expiresAt = now + CONVERSATION_LIFE_MS;
    const [kept, keptUntil] = await Promise.all([
      connection.run((client) => client.lrange(messages, 0, -1)),
      connection.run((client) => client.hget(summary, 'expiresAt')),
    ]);
    const isOver = Number(keptUntil ?? 0) <= now;
    if (!isOver && kept.some((text) => text.startsWith(startOf(question)))) return;
    await connection.inOrder(
      () => connection.runScript(INDEX, [indexKey(creatorId)], [now, expiresAt, id]),
      () =>
        connection.run((client) => {
          const multi = client.multi();
          if (isOver) multi.del(messages, summary);
          multi.rpush(messages, textOf(question), textOf(answer));
          multi.ltrim(messages, -KEPT_MESSAGES, -1);
          multi.expire(messages, LIFE_SECONDS);
          multi.hincrby(summary, 'userMessages', 1);
          multi.hincrby(summary, 'aiMessages', 1);
          multi.hincrby(summary, 'answerCharacters', answer.content.length);
          multi.hsetnx(summary, 'firstAt', question.timestamp);
          multi.hset(summary, { lastAt: answer.timestamp, expiresAt });
          multi.expire(summary, LIFE_SECONDS);
          return repliesOf(multi);
        }),
    );
  };

  const newest = async (creatorId: CreatorId, id: string, limit: number): Promise<string[]> =>
    messagesSchema.parse(await connection.runScript(RECENT, keysOf(creatorId, id), [clock.now(), -limit]));

  /** Calls `erase` for each conversation of a creator, and adds up what it returns. */
  const eraseEach = async (creatorId: CreatorId, erase: (id: string) => Promise<number>): Promise<number> => {
    let erased = 0;
    for (let cursor = '0', isEnd = false; !isEnd;) {
      const from = cursor;
      const [next, entries] = await connection.run((client) =>
        client.zscan(indexKey(creatorId), from, 'COUNT', ERASE_BATCH),
      );
      const ids = entries.filter((_, index) => index % 2 === 0);
      for (const number of await Promise.all(ids.map(erase))) erased += number;
      cursor = next;
      isEnd = next === '0';
    }
    return erased;
  };

  const eraseMessagesOf = async (creatorId: CreatorId, id: string, memberKey: MemberKey): Promise<number> => {
    const texts = await newest(creatorId, id, KEPT_MESSAGES);
    const own = texts.filter((text) => ownerSchema.safeParse(parseJson(text)).data?.memberKey === memberKey);
    return own.length === 0 ? 0 : count.parse(await connection.runScript(REMOVE, keysOf(creatorId, id), own));
  };

  const clear = async (creatorId: CreatorId, id: string): Promise<number> =>
    count.parse(await connection.runScript(CLEAR, keysOf(creatorId, id), [clock.now()]));

  const eraseWhole = async (creatorId: CreatorId, id: string): Promise<number> => {
    const messages = await clear(creatorId, id);
    await connection.run((client) => client.zrem(indexKey(creatorId), id));
    return Math.max(0, messages);
  };

  return {
    async append(creatorId, conversationId, exchange) {
      checkConversation(conversationId, [exchange.question, exchange.answer]);
      const [key] = keysOf(creatorId, conversationId);
      const turn = (turns.get(key) ?? Promise.resolve()).then(() => append(creatorId, conversationId, exchange));
      const ended = turn.catch(() => {});
      turns.set(key, ended);
      void ended.then(() => turns.get(key) === ended && turns.delete(key));
      return turn;
    },

    async recent(creatorId, conversationId, limit) {
      return read(await newest(creatorId, conversationId, Math.min(limit, KEPT_MESSAGES)));
    },

    // The index keeps it until its time is over: an exchange may be on its way that is to be found by an erasure.
    clear: async (creatorId, conversationId) => (await clear(creatorId, conversationId)) >= 0,

    async summary(creatorId, conversationId) {
      const [, key] = keysOf(creatorId, conversationId);
      const stored = summarySchema.safeParse(await connection.run((client) => client.hgetall(key)));
      if (!stored.success || stored.data.expiresAt <= clock.now()) return undefined;
      const { userMessages, aiMessages, answerCharacters, firstAt, lastAt } = stored.data;
      const meanAnswerCharacters = answerCharacters / Math.max(1, aiMessages);
      return { userMessages, aiMessages, firstAt, lastAt, meanAnswerCharacters };
    },

    eraseMember: (creatorId, memberKey) => eraseEach(creatorId, (id) => eraseMessagesOf(creatorId, id, memberKey)),

    eraseCreator: (creatorId) => eraseEach(creatorId, (id) => eraseWhole(creatorId, id)),

    health: (signal) => pingHealth(connection, signal),
  };
}

/**
 * A conversation's id as it stands in its key. Docent's ids start with their creator, and name it. Whatever else the id
 * is, the name starts with the creator too, so that no id reaches into another room, and is without braces, which would
 * change the Cluster slot.
 */
function nameOf(creatorId: CreatorId, id: ConversationId | string): string {
  if (id.startsWith(`${creatorId}/`) && !id.startsWith(`${creatorId}//`) && !/[{}]/.test(id)) return id;
  return `${creatorId}//${id.replaceAll(/[%{}]/g, encodeURIComponent)}`;
}

/** The id comes first: `startOf` finds a message again without reading JSON. */
function textOf({ id, ...rest }: StoredMessage): string {
  return JSON.stringify({ id, ...rest });
}

function startOf({ id }: StoredMessage): string {
  return `{"id":${JSON.stringify(id)},`;
}

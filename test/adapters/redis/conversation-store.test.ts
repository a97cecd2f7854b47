import { describe, expect, it } from 'vitest';
import { createConversationStore } from '../../../src/adapters/redis/conversation-store.js';
import { conversationIdSchema, creatorIdSchema, memberKeySchema } from '../../../src/core/ids.js';
import { describeConversationStoreContract } from '../../contracts/conversation-store.contract.js';
import { describeWith } from '../../support/obtained.js';
import { useRedisServer } from '../../support/redis-server.js';
import { openStorage, openSubject } from './subject.js';

const DAY_SECONDS = 24 * 60 * 60;
const coach = creatorIdSchema.parse('coach');
const guild = creatorIdSchema.parse('guild');
const thread = conversationIdSchema.parse('coach/web/home/room/thread');
const ada = memberKeySchema.parse('web/home/ada');
const common = { conversationId: thread, memberKey: ada, timestamp: 1, metadata: {} };
const question = { ...common, id: 'q', senderType: 'user', content: 'how?' } as const;
const answer = { ...common, id: 'a', senderType: 'ai', content: 'so' } as const;

describeWith('redis-server', 'conversations on Redis', (part) => {
  const server = useRedisServer(part);
  const environment = () => ({ REDIS_URL: server().url });

  describeConversationStoreContract('redis', () => openSubject(environment(), createConversationStore));

  describe('conversation store on Redis', () => {
    const open = async () => {
      const storage = await openStorage(environment());
      const key = storage.connection.key(`conversation:${thread}:messages`);
      return { ...storage, store: createConversationStore(storage), key };
    };

    it('keeps a list of JSON messages under the name of the conversation', async () => {
      const { connection, key, store } = await open();
      await store.append(coach, thread, { question, answer });
      const stored = await connection.run((client) => client.lrange(key, 0, -1));
      expect(stored.map((text) => JSON.parse(text) as unknown)).toEqual([question, answer]);
    });

    it('keeps no more than the 20 newest messages', async () => {
      const { connection, key, store } = await open();
      for (let n = 0; n < 12; n += 1)
        await store.append(coach, thread, {
          question: { ...question, id: `q-${n}` },
          answer: { ...answer, id: `a-${n}` },
        });
      expect(await connection.run((client) => client.llen(key))).toBe(20);
    });

    it('lets every key expire after 24 hours', async () => {
      const { connection, keys, store } = await open();
      await store.append(coach, thread, { question, answer });
      const names = await keys();
      expect(names).toHaveLength(3);
      for (const name of names) {
        const life = await connection.run((client) =>
          client.ttl(name.replace(/^\{?/, (brace) => brace + connection.key(''))),
        );
        expect(life).toBeGreaterThan(DAY_SECONDS - 60);
        expect(life).toBeLessThanOrEqual(DAY_SECONDS);
      }
    });

    it('passes over messages that cannot be read, and counts them in the log', async () => {
      const { connection, key, logger, store } = await open();
      await store.append(coach, thread, { question, answer });
      await connection.run((client) => client.rpush(key, '{"content":', '[]', 'null', '', '{"id":"x"}'));
      expect(await store.recent(coach, thread, 20)).toEqual([question, answer]);
      expect(logger.lines).toContainEqual(
        expect.objectContaining({ event: 'messages.invalid', fields: { skipped: 5 } }),
      );
    });

    it("erases a member's message that has lost the rest of its shape", async () => {
      const { connection, key, store } = await open();
      await store.append(coach, thread, { question, answer });
      await connection.run((client) => client.rpush(key, JSON.stringify({ memberKey: ada })));
      expect(await store.eraseMember(coach, ada)).toBe(3);
    });

    it('finds an exchange for its member that was written while the conversation was cleared', async () => {
      const { connection, store, ...storage } = await open();
      const inOrder: typeof connection.inOrder = async (first, second) => {
        await first();
        await store.clear(coach, thread);
        return second();
      };
      const slow = createConversationStore({ ...storage, connection: { ...connection, inOrder } });
      await slow.append(coach, thread, { question, answer });
      expect(await store.recent(coach, thread, 20)).toEqual([question, answer]);
      expect(await store.eraseMember(coach, ada)).toBe(2);
    });

    it('shows an exchange once that two processes added at the same moment', async () => {
      const { connection, store, ...storage } = await open();
      const bring = async (): Promise<void> => {
        const other = createConversationStore({ ...storage, connection });
        await other.append(coach, thread, { question, answer });
      };
      await Promise.all([bring(), bring()]);
      expect(await store.recent(coach, thread, 20)).toEqual([question, answer]);
    });

    it('leaves nothing of a creator that was erased', async () => {
      const { keys, store } = await open();
      await store.append(coach, thread, { question, answer });
      await store.eraseCreator(coach);
      expect(await keys()).toEqual([]);
    });

    it('erases more conversations than it looks at in one step', async () => {
      const { store } = await open();
      const ids = Array.from({ length: 250 }, (_, index) => conversationIdSchema.parse(`coach/web/home/room/${index}`));
      await Promise.all(
        ids.map((conversationId) =>
          store.append(coach, conversationId, {
            question: { ...question, conversationId },
            answer: { ...answer, conversationId },
          }),
        ),
      );
      expect(await store.eraseMember(coach, ada)).toBe(500);
      expect(await store.eraseCreator(coach)).toBe(0);
    });

    it.each([
      'guild/web/home/room/thread',
      'coach//x',
      'x',
      '/x',
      'coach',
      '{coach}/x',
      '%7Bcoach%7D/x',
      '}{',
      'coach/:messages',
    ])('keeps a conversation called %j in the room of its creator', async (name) => {
      const { store } = await open();
      const conversationId = conversationIdSchema.parse(name);
      const own = { question: { ...question, conversationId }, answer: { ...answer, conversationId } };
      await store.append(coach, conversationId, own);
      expect(await store.recent(guild, conversationId, 20)).toEqual([]);
      expect(await store.recent(coach, conversationId, 20)).toEqual([own.question, own.answer]);
      expect(await store.eraseCreator(guild)).toBe(0);
      expect(await store.eraseCreator(coach)).toBe(2);
    });
  });
});

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ConversationId,
  type CreatorId,
  type MemberKey,
  conversationIdSchema,
  creatorIdSchema,
  memberKeySchema,
} from '../../src/core/ids.js';
import type { ConversationStore, StoredMessage } from '../../src/core/ports/conversation-store.js';
import type { CreateSubject, Subject } from './subject.js';

const HOUR_MS = 60 * 60_000;
const START_MS = Date.UTC(2026, 11, 1);

const coach = creatorIdSchema.parse('coach');
const guild = creatorIdSchema.parse('guild');
const thread = conversationIdSchema.parse('coach/web/home/room/thread-1');
const otherThread = conversationIdSchema.parse('coach/web/home/room/thread-2');
const ada = memberKeySchema.parse('web/home/ada');
const bo = memberKeySchema.parse('web/home/bo');

interface Exchange {
  readonly question: StoredMessage;
  readonly answer: StoredMessage;
}

/** The n-th exchange of a thread: question `q-n` and answer `a-n`, whose text has n characters. */
function exchange(n: number, memberKey: MemberKey = ada, conversationId: ConversationId = thread): Exchange {
  const common = { conversationId, memberKey };
  const askedAt = START_MS + n * 10_000;
  return {
    question: {
      ...common,
      id: `q-${n}`,
      senderType: 'user',
      content: `question ${n}`,
      timestamp: askedAt,
      metadata: {},
    },
    answer: {
      ...common,
      id: `a-${n}`,
      senderType: 'ai',
      content: 'x'.repeat(n),
      timestamp: askedAt + 1_000,
      metadata: { model: 'quoting', sources: [{ name: 'Handbook', page: n }] },
    },
  };
}

/** What every conversation store promises. */
export function describeConversationStoreContract(name: string, createSubject: CreateSubject<ConversationStore>): void {
  describe(`ConversationStore contract: ${name}`, () => {
    let subject: Subject<ConversationStore>;
    beforeEach(async () => {
      subject = await createSubject();
    });
    const store = (): ConversationStore => subject.port;
    const append = (n: number, memberKey = ada, conversationId = thread, creatorId = coach): Promise<void> =>
      store().append(creatorId, conversationId, exchange(n, memberKey, conversationId));
    const recentIds = async (conversationId = thread, creatorId = coach): Promise<string[]> =>
      (await store().recent(creatorId, conversationId, 20)).map(({ id }) => id);

    it('knows nothing of a conversation that never was', async () => {
      expect(await recentIds()).toEqual([]);
      expect(await store().summary(coach, thread)).toBeUndefined();
      expect(await store().clear(coach, thread)).toBe(false);
    });

    it('returns an exchange as it was written', async () => {
      await append(3);
      const { question, answer } = exchange(3);
      expect(await store().recent(coach, thread, 20)).toEqual([question, answer]);
    });

    it('returns the newest messages, oldest first', async () => {
      for (const n of [1, 2, 3]) await append(n);
      expect((await store().recent(coach, thread, 3)).map(({ id }) => id)).toEqual(['a-2', 'q-3', 'a-3']);
    });

    it('keeps the 20 newest messages', async () => {
      for (let n = 1; n <= 13; n += 1) await append(n);
      const kept = await recentIds();
      expect(kept).toHaveLength(20);
      expect(kept.slice(0, 2)).toEqual(['q-4', 'a-4']);
      expect(kept.slice(-2)).toEqual(['q-13', 'a-13']);
    });

    it('adds an exchange once, however often it is delivered', async () => {
      await Promise.all([append(1), append(1)]);
      await append(2);
      await append(1);
      expect(await recentIds()).toEqual(['q-1', 'a-1', 'q-2', 'a-2']);
      expect(await store().summary(coach, thread)).toMatchObject({ userMessages: 2, aiMessages: 2 });
    });

    it('loses no exchange of many that are added at once', async () => {
      await Promise.all([1, 2, 3, 4, 5, 6].map((n) => append(n)));
      expect((await recentIds()).toSorted()).toEqual(
        [1, 2, 3, 4, 5, 6].flatMap((n) => [`a-${n}`, `q-${n}`]).toSorted(),
      );
    });

    it('refuses a message of another conversation', async () => {
      const stray = { question: exchange(1).question, answer: exchange(1, ada, otherThread).answer };
      await expect(store().append(coach, thread, stray)).rejects.toMatchObject({ code: 'RECORD_INVALID' });
      expect(await recentIds()).toEqual([]);
    });

    it('sums up a conversation, right even past the kept messages', async () => {
      for (let n = 1; n <= 30; n += 1) await append(n);
      expect(await store().summary(coach, thread)).toEqual({
        userMessages: 30,
        aiMessages: 30,
        firstAt: exchange(1).question.timestamp,
        lastAt: exchange(30).answer.timestamp,
        meanAnswerCharacters: 15.5,
      });
    });

    it('keeps a conversation for 24 hours after its last exchange', async () => {
      await append(1);
      await subject.advance(23 * HOUR_MS);
      await append(2);
      await subject.advance(24 * HOUR_MS - 1);
      expect(await recentIds()).toEqual(['q-1', 'a-1', 'q-2', 'a-2']);
      expect(await store().summary(coach, thread)).toMatchObject({ userMessages: 2 });
    });

    it('forgets a conversation, summary included, 24 hours after its last exchange', async () => {
      await append(1);
      await subject.advance(24 * HOUR_MS);
      expect(await recentIds()).toEqual([]);
      expect(await store().summary(coach, thread)).toBeUndefined();
      expect(await store().clear(coach, thread)).toBe(false);
      expect(await store().eraseMember(coach, ada)).toBe(0);
      expect(await store().eraseCreator(coach)).toBe(0);
    });

    it('starts anew after a conversation was forgotten', async () => {
      await append(1);
      await subject.advance(24 * HOUR_MS);
      await append(1);
      expect(await recentIds()).toEqual(['q-1', 'a-1']);
      expect(await store().summary(coach, thread)).toMatchObject({ userMessages: 1, meanAnswerCharacters: 1 });
    });

    it('clears one conversation and leaves the others', async () => {
      await append(1);
      await append(2, ada, otherThread);
      expect(await store().clear(coach, thread)).toBe(true);
      expect(await recentIds()).toEqual([]);
      expect(await store().summary(coach, thread)).toBeUndefined();
      expect(await recentIds(otherThread)).toEqual(['q-2', 'a-2']);
    });

    it('keeps the same conversation of two creators apart', async () => {
      await append(1, ada, thread, coach);
      await append(2, ada, thread, guild);
      expect(await recentIds(thread, coach)).toEqual(['q-1', 'a-1']);
      expect(await recentIds(thread, guild)).toEqual(['q-2', 'a-2']);
      await store().clear(guild, thread);
      expect(await recentIds(thread, coach)).toEqual(['q-1', 'a-1']);
    });

    it("erases a member's questions with their answers, in one creator's room", async () => {
      await append(1, ada);
      await append(2, bo);
      await append(3, ada, otherThread);
      await append(4, ada, thread, guild);
      expect(await store().eraseMember(coach, ada)).toBe(4);
      expect(await recentIds(thread)).toEqual(['q-2', 'a-2']);
      expect(await recentIds(otherThread)).toEqual([]);
      expect(await recentIds(thread, guild)).toEqual(['q-4', 'a-4']);
      expect(await store().eraseMember(coach, ada)).toBe(0);
    });

    it('keeps the figures of a summary when a member is erased', async () => {
      await append(1, ada);
      await append(2, bo);
      await store().eraseMember(coach, ada);
      await append(3, bo);
      expect(await store().summary(coach, thread)).toMatchObject({
        userMessages: 3,
        aiMessages: 3,
        meanAnswerCharacters: 2,
      });
    });

    it('erases every conversation of a creator and returns how many messages went', async () => {
      await append(1);
      await append(2, bo, otherThread);
      await append(3, ada, thread, guild);
      expect(await store().eraseCreator(coach)).toBe(4);
      expect(await recentIds(thread)).toEqual([]);
      expect(await store().summary(coach, otherThread)).toBeUndefined();
      expect(await recentIds(thread, guild)).toEqual(['q-3', 'a-3']);
    });

    it('keeps conversations over a crash', async () => {
      await append(1);
      await subject.reopen();
      await append(1);
      await append(2);
      expect(await recentIds()).toEqual(['q-1', 'a-1', 'q-2', 'a-2']);
      expect(await store().summary(coach, thread)).toMatchObject({ userMessages: 2 });
    });

    it('keeps any text as it is', async () => {
      const text = fc.string({
        unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 1 }), fc.constantFrom('\ud800', '\0', "'")),
      });
      const keepsIt = fc.asyncProperty(text, fc.uuid(), async (content, id) => {
        const { question, answer } = exchange(1);
        await store().append(coach, thread, { question: { ...question, id }, answer: { ...answer, content } });
        expect((await store().recent(coach, thread, 1))[0]?.content).toBe(content);
      });
      await fc.assert(keepsIt, { numRuns: 60 });
    });

    it('never lets a message cross from room to room, whatever is done', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { port } = await createSubject();
          const model = new Map<string, StoredMessage[]>();
          for (const [n, each] of steps.entries()) await applyStep(port, model, each, n);
          for (const creatorId of creators)
            for (const conversationId of threads)
              expect(await port.recent(creatorId, conversationId, 20)).toEqual(
                (model.get(`${creatorId} ${conversationId}`) ?? []).slice(-20),
              );
        }),
        { numRuns: 25 },
      );
    });

    it('is healthy', async () => {
      expect((await store().health(AbortSignal.timeout(5_000))).state).toBe('healthy');
    });
  });
}

const creators: readonly CreatorId[] = [coach, guild];
const threads: readonly ConversationId[] = [thread, otherThread];
const creatorId = fc.constantFrom(...creators);
const conversationId = fc.constantFrom(...threads);
const memberKey = fc.constantFrom(ada, bo);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append' as const), creatorId, conversationId, memberKey }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), creatorId, conversationId }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('eraseMember' as const), creatorId, memberKey }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('eraseCreator' as const), creatorId }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function applyStep(
  store: ConversationStore,
  model: Map<string, StoredMessage[]>,
  each: Step,
  n: number,
): Promise<void> {
  const rooms = [...model.keys()].filter((key) => key.startsWith(`${each.creatorId} `));
  if (each.kind === 'append') {
    const { question, answer } = exchange(n, each.memberKey, each.conversationId);
    await store.append(each.creatorId, each.conversationId, { question, answer });
    const key = `${each.creatorId} ${each.conversationId}`;
    model.set(key, [...(model.get(key) ?? []), question, answer].slice(-20));
  } else if (each.kind === 'clear') {
    await store.clear(each.creatorId, each.conversationId);
    model.delete(`${each.creatorId} ${each.conversationId}`);
  } else if (each.kind === 'eraseMember') {
    await store.eraseMember(each.creatorId, each.memberKey);
    for (const key of rooms)
      model.set(
        key,
        (model.get(key) ?? []).filter((message) => message.memberKey !== each.memberKey),
      );
  } else {
    await store.eraseCreator(each.creatorId);
    for (const key of rooms) model.delete(key);
  }
}

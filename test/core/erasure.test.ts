import { describe, expect, it } from 'vitest';
import { answerIdOf, createAnswerRecords } from '../../src/core/answer/answer-records.js';
import { EVENT_QUEUE } from '../../src/core/chat/accepted-event.js';
import { conversationIdOf, memberKeyOf } from '../../src/core/chat/chat-event.js';
import { createDirectRooms } from '../../src/core/chat/direct-rooms.js';
import { createCreatorLinks } from '../../src/core/chat/creator-links.js';
import { orderedErasers } from '../../src/core/core-erasers.js';
import { createCreators } from '../../src/core/creators.js';
import { type Eraser, createErasure } from '../../src/core/erasure.js';
import { DocentError } from '../../src/core/errors.js';
import { creatorIdSchema, eventIdSchema, memberKeySchema } from '../../src/core/ids.js';
import type { JsonValue } from '../../src/core/json.js';
import { createAnswerMetrics } from '../../src/core/metrics/answer-metrics.js';
import { coach, makeEvent, openEmbeddedCore } from '../support/embedded-core.js';
import { silentLogger } from '../support/silent-logger.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ada = memberKeySchema.parse('ada');
const team = creatorIdSchema.parse('team');

function eraser(name: string, count: number | Error): Eraser {
  const erase = async () => {
    if (count instanceof Error) throw count;
    return [{ what: name, count }];
  };
  return { name, eraseMember: erase, eraseCreator: erase };
}

describe('erasure', () => {
  it('runs every eraser, adds up what has one name, and leaves out what there was none of', async () => {
    const erasers = [eraser('notes', 2), eraser('pictures', 0), eraser('notes', 3)];
    const erasure = createErasure({ erasers, creators: { remove: async () => {} }, logger: silentLogger });
    expect(await erasure.forgetMember(coach, ada)).toEqual([{ what: 'notes', count: 5 }]);
    expect(await erasure.forgetCreator(coach)).toEqual([{ what: 'notes', count: 5 }]);
  });

  it('does not stop at a failure, and then says what failed and how to go on', async () => {
    let ran = 0;
    const last: Eraser = { ...eraser('last', 1), eraseCreator: async () => [{ what: 'last', count: ++ran }] };
    const erasers = [eraser('notes', new Error('away')), last];
    const error: unknown = await createErasure({ erasers, creators: { remove: async () => {} }, logger: silentLogger })
      .forgetCreator(coach)
      .catch((caught: unknown) => caught);
    expect(ran).toBe(1);
    expect(error).toBeInstanceOf(DocentError);
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
    expect((error as DocentError).userMessage).toContain('notes failed');
  });
});

async function openErasure(pluginErasers: readonly Eraser[] = [], folder?: string) {
  const core = await openEmbeddedCore(folder ?? (await temporaryFolder()));
  const { engines, clock, registry } = core;
  const creators = createCreators({ recordStore: engines.recordStore, now: () => clock.now() });
  const links = createCreatorLinks({ recordStore: engines.recordStore, clock, creators });
  const metrics = createAnswerMetrics({ metricStore: engines.metricStore, clock });
  const answers = createAnswerRecords({ recordStore: engines.recordStore, metrics, clock });
  const told: string[] = [];
  const openReply = async ({ id }: { readonly id: string }) => ({
    async status() {},
    async append() {},
    async finish() {
      told.push(id);
      return { messageIds: [] };
    },
  });
  const { recordStore } = engines;
  const directRooms = createDirectRooms({ links, adapters: new Map(), recordStore, clock });
  const kept = { engines, links, directRooms, registry, answers, pluginErasers };
  const erasers = orderedErasers({ ...kept, openReply, logger: silentLogger });
  const erasure = createErasure({ erasers, creators, logger: silentLogger });

  /** One answered question of a member. */
  const keepAnswer = async (creatorId: typeof coach, member: string, id: string): Promise<void> => {
    const event = { ...makeEvent({ id, creator: creatorId, receivedAt: clock.now() }) };
    const conversationId = conversationIdOf(creatorId, event.address);
    const memberKey = memberKeySchema.parse(member);
    const message = { conversationId, timestamp: clock.now(), memberKey, metadata: {} };
    await engines.conversationStore.append(creatorId, conversationId, {
      question: { ...message, id, senderType: 'user', content: 'How?' },
      answer: { ...message, id: `${id}-answer`, senderType: 'ai', content: 'So.' },
    });
    await answers.add(creatorId, {
      answerId: answerIdOf(creatorId, event),
      conversationId,
      memberKey,
      platform: 'test',
      outcome: 'answered',
      question: 'How?',
      standaloneQuestion: 'How?',
      response: 'So.',
      sources: [],
      confidence: 1,
      model: 'm',
      processingTimeMs: 1,
      feedback: null,
      createdAt: clock.now(),
    });
    await metrics.recordFeedback(creatorId, 'up');
  };

  /** A question, or a command, that waits for its turn. */
  const keepWaiting = async (id: string, memberId: string, commandName?: string): Promise<void> => {
    const event = makeEvent({ id });
    const task = commandName === undefined ? { kind: 'hint' } : { kind: 'command', name: commandName, input: {} };
    const payload = { event: { ...event, author: { ...event.author, memberId } }, task } as unknown as JsonValue;
    await engines.coordinator.enqueue({ queue: EVENT_QUEUE, id, group: coach, payload });
  };
  const recent = (creatorId: typeof coach) =>
    engines.conversationStore.recent(creatorId, conversationIdOf(creatorId, makeEvent().address), 20);
  return { ...core, erasure, links, creators, metrics, answers, told, keepAnswer, keepWaiting, recent };
}

describe('the core forgetting a member', () => {
  it('erases questions, answers and votes of that member alone', async () => {
    const { erasure, answers, keepAnswer, recent, clock } = await openErasure();
    await keepAnswer(coach, 'ada', 'a');
    await keepAnswer(coach, 'ben', 'b');
    await keepAnswer(team, 'ada', 'c');
    expect(await erasure.forgetMember(coach, ada)).toEqual([
      { what: 'conversation messages', count: 2 },
      { what: 'answers and votes', count: 1 },
    ]);
    expect((await recent(coach)).map(({ memberKey }) => memberKey)).toEqual(['ben', 'ben']);
    expect(await recent(team)).toHaveLength(2);
    const idOf = (creatorId: typeof coach, id: string) =>
      answerIdOf(creatorId, { id: eventIdSchema.parse(id), receivedAt: clock.now() });
    expect(await answers.get(coach, idOf(coach, 'a'))).toBeUndefined();
    expect(await answers.get(coach, idOf(coach, 'b'))).toBeDefined();
    expect(await erasure.forgetMember(coach, ada)).toEqual([]);
  });

  it('keeps documents, which are the creator’s, without the name of who added them', async () => {
    const { erasure, post, settleWork, registry } = await openErasure();
    await post('handbook.txt', 'Sessions last an hour.');
    await settleWork();
    expect(await erasure.forgetMember(coach, memberKeySchema.parse('member'))).toEqual([
      { what: 'names beside uploads', count: 1 },
    ]);
    expect(await registry.findByName(coach, 'handbook.txt')).toMatchObject({
      status: 'ready',
      uploadedBy: 'forgotten',
    });
  });

  it('stops what waits for that member, and not the command that erases', async () => {
    const { erasure, keepWaiting, engines, told } = await openErasure();
    await keepWaiting('question', 'ada');
    await keepWaiting('asked', 'ada', 'ask');
    await keepWaiting('own', 'ada', 'forget-me');
    await keepWaiting('other', 'ben');
    const { address, author } = makeEvent();
    const memberKey = memberKeyOf({ address, author: { ...author, memberId: 'ada' } });
    expect(await erasure.forgetMember(coach, memberKey)).toEqual([{ what: 'waiting questions', count: 2 }]);
    expect(told).toEqual(['question', 'asked']);
    const left = await engines.coordinator.list({ queue: EVENT_QUEUE, limit: 10 });
    expect(left.map(({ id }) => id)).toEqual(['own', 'other']);
  });

  it('lets plugins erase after whoever waits was told, so that nothing of that word stays', async () => {
    const transcript: string[] = [];
    const erase = async () => {
      transcript.push(...told);
      return [{ what: 'transcript messages', count: transcript.length }];
    };
    const plugin: Eraser = { name: 'transcript', eraseMember: erase, eraseCreator: erase };
    const { erasure, keepWaiting, told } = await openErasure([plugin]);
    await keepWaiting('question', 'ada');
    const { address, author } = makeEvent();
    const memberKey = memberKeyOf({ address, author: { ...author, memberId: 'ada' } });
    await erasure.forgetMember(coach, memberKey);
    expect(transcript).toEqual(['question']);
    await keepWaiting('upload', 'ben');
    await erasure.forgetCreator(coach);
    expect(transcript).toEqual(['question', 'question', 'upload']);
  });
});

describe('the core forgetting a creator', () => {
  it('erases everything of it and nothing of another', async () => {
    const { erasure, post, settleWork, keepAnswer, keepWaiting, ...core } = await openErasure();
    const { engines, registry, links, creators, metrics, recent, told } = core;
    for (const creator of ['coach', 'team']) await post('handbook.txt', 'Sessions last an hour.', { creator });
    await settleWork();
    await keepAnswer(coach, 'ada', 'a');
    await keepAnswer(team, 'ada', 'b');
    await keepWaiting('question', 'ada');
    const { address } = makeEvent();
    await links.link(address, { creatorId: coach, wholeWorkspace: false, ingestion: 'managers' });
    await links.setAdminChannel(coach, address);

    const erased = await erasure.forgetCreator(coach);
    expect(erased).toMatchObject([
      { what: 'channel links', count: 2 },
      { what: 'waiting questions and uploads', count: 1 },
      { what: 'passages', count: 1 },
      { what: 'vectors', count: 1 },
      { what: 'conversation messages', count: 2 },
      { what: 'records' },
    ]);
    expect(told).toEqual(['question']);
    expect(await recent(coach)).toEqual([]);
    expect((await registry.active(coach)).size).toBe(0);
    expect(await engines.chunkStore.count(coach)).toBe(0);
    expect(await links.find(address)).toBeUndefined();
    expect((await metrics.summary(coach, { days: 1 })).feedback).toEqual({ up: 0, down: 0 });
    expect(await creators.list()).toEqual(['team']);

    expect(await recent(team)).toHaveLength(2);
    expect((await registry.active(team)).size).toBe(1);
    expect(await engines.chunkStore.count(team)).toBe(1);
    expect((await metrics.summary(team, { days: 1 })).feedback).toEqual({ up: 1, down: 0 });
    expect(await erasure.forgetCreator(coach)).toEqual([]);
  });

  it('keeps the creator until all of it is gone, so that it can be forgotten again', async () => {
    let isAway = true;
    const erase = async () => {
      if (isAway) throw new Error('away');
      return [];
    };
    const { erasure, creators } = await openErasure([{ name: 'notes', eraseMember: erase, eraseCreator: erase }]);
    await creators.add(coach);
    await expect(erasure.forgetCreator(coach)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(await creators.list()).toEqual([coach]);
    isAway = false;
    await erasure.forgetCreator(coach);
    expect(await creators.list()).toEqual([]);
  });

  it('leaves no document that looks whole when it is cut off, and the next start removes the rest', async () => {
    const folder = await temporaryFolder();
    const { erasure, post, settleWork, engines, registry, stop } = await openErasure([], folder);
    await post('handbook.txt', 'Sessions last an hour.');
    await settleWork();
    const reached = new Promise<void>((resolve) => {
      Object.assign(engines.keywordIndex, {
        async eraseCreator() {
          resolve();
          await new Promise(() => {});
        },
      });
    });
    void erasure.forgetCreator(coach);
    await reached;
    expect((await registry.active(coach)).size).toBe(0);
    expect(await registry.list(coach, { limit: 10 })).toEqual([]);
    await stop();
    const next = await openEmbeddedCore(folder);
    expect(await next.registry.removing(coach)).toEqual([]);
    expect((await next.engines.vectorIndex.stats(coach))?.vectors ?? 0).toBe(0);
  });

  it('ends an upload that waits with a word to whoever posted it', async () => {
    const core = await openErasure();
    await core.ingestion.stop(0);
    const event = await core.post('handbook.txt', 'Sessions last an hour.');
    const erased = await core.erasure.forgetCreator(coach);
    expect(core.told).toEqual([event.id]);
    expect(erased).toContainEqual({ what: 'waiting uploads', count: 1 });
    expect(await core.engines.coordinator.list({ queue: 'ingest', limit: 10 })).toEqual([]);
  });
});

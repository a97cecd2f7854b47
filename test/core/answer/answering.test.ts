import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { documentIdOf } from '../../../src/core/ids.js';
import { handbook, openRoom } from '../../support/answering-room.js';
import { coach } from '../../support/embedded-core.js';
import { createRecordingLogger } from '../../support/recording-logger.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import type { Room } from '../../support/answering-room.js';

const answerRequests = (room: Room) => room.model.requests.filter(({ purpose }) => purpose === 'answer');

describe('answering', () => {
  it('answers from the passage that fits, with its source', async () => {
    const room = await openRoom();
    const message = await room.ask('When are refunds for cancelled sessions paid?');
    expect(message).toMatchObject({
      kind: 'answer',
      text: 'Yes [1].',
      sources: [{ number: 1, documentName: 'handbook.md', headingPath: ['Money'], page: null }],
    });
    expect(answerRequests(room)[0]?.passages[0]?.text).toBe('Refunds for cancelled sessions are paid within ten days.');
    expect(room.replies.get('question-0')?.streamed).toBe('Yes [1].');
  });

  it('gives the model the sources between random markers, as data', async () => {
    const room = await openRoom();
    await room.ask('When are refunds for cancelled sessions paid?');
    await room.ask('When are refunds for cancelled sessions paid?');
    const prompts = answerRequests(room).map(({ messages }) => messages.at(-1)?.content ?? '');
    const [marker, other] = prompts.map((prompt) => /--- sources (\w{16}) ---/.exec(prompt)?.[1]);
    expect(prompts[0]).toContain(`--- end of sources ${marker} ---`);
    expect(marker).not.toBe(other);
  });

  it('refuses before the model is asked when nothing fits', async () => {
    const room = await openRoom();
    const message = await room.ask('What is the capital of Mongolia?');
    expect(message).toMatchObject({
      kind: 'refusal',
      text: expect.stringContaining('do not cover this') as string,
      sources: [],
    });
    expect(message.text).toContain('handbook.md');
    expect(room.model.requests).toEqual([]);
    expect(room.metrics.map(({ outcome }) => outcome)).toEqual(['refused']);
  });

  it("says so when there are no documents, and in another creator's room there are none", async () => {
    const room = await openRoom();
    expect((await room.ask('When are refunds paid?', { creator: 'other' })).text).toContain('no documents here yet');
  });

  it('says so too when the only document is removed while it is searched, and blames no engine', async () => {
    const room = await openRoom();
    const { chunkStore, keywordIndex } = room.core.engines;
    const { candidates } = keywordIndex;
    Object.assign(keywordIndex, {
      async candidates(...given: Parameters<typeof candidates>) {
        if ((await chunkStore.count(coach)) > 0)
          await room.core.ingestion.forget(coach, documentIdOf(coach, 'handbook.md'));
        return candidates(...given);
      },
    });
    expect(await room.ask('When are refunds for cancelled sessions paid?')).toMatchObject({
      kind: 'refusal',
      text: expect.stringContaining('no documents here yet') as string,
    });
    expect(room.metrics.map(({ outcome }) => outcome)).toEqual(['refused']);
  });

  it('waits for the first document when it is asked while that is being read', async () => {
    const room = await openRoom({ document: '' });
    await room.core.post('handbook.md', handbook);
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork();
    await room.core.clock.advance(1_000);
    expect(await asking).toMatchObject({ kind: 'answer' });
    expect(room.replies.get('question-0')?.statuses[0]?.text).toContain('Waiting for the first document');
  });

  it('says that the first document is still being read when that takes long', async () => {
    const room = await openRoom({ document: '', start: false });
    await room.core.post('handbook.md', handbook);
    const asking = room.ask('When are refunds for cancelled sessions paid?');
    await room.core.settleWork(async () => room.replies.get('question-0')?.statuses.length === 1);
    await room.core.clock.advance(30_000);
    expect(await asking).toMatchObject({
      kind: 'refusal',
      text: expect.stringContaining('still being read') as string,
    });
  });

  it('says "still being indexed" rather than "not covered" while vectors are to come', async () => {
    const embedder = createFakeEmbedder();
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    const room = await openRoom({ embedder });
    expect((await room.ask('How do I get my cash back?')).text).toContain('still being indexed');
    expect(room.metrics).toMatchObject([{ outcome: 'unready' }]);
    expect(await room.ask('When are refunds for cancelled sessions paid?')).toMatchObject({ kind: 'answer' });
  });

  it('says that search by meaning is away rather than "not covered"', async () => {
    const embedder = createFakeEmbedder();
    const room = await openRoom({ embedder });
    embedder.failure = new DocentError('EMBEDDER_UNAVAILABLE', { userMessage: 'away', retryable: true });
    expect((await room.ask('How do I get my cash back?')).text).toContain('search by meaning is not available');
    expect([...room.answers.values()]).toMatchObject([{ outcome: 'unready' }]);
  });

  it('does not promise an index that nobody makes while the vectors are those of another embedder', async () => {
    const embedder = createFakeEmbedder();
    const logger = createRecordingLogger();
    const room = await openRoom({ embedder, logger });
    Object.assign(embedder, { space: { embedderId: 'another', dimensions: 64 } });
    expect((await room.ask('How do I get my cash back?')).text).toContain('search by meaning is not available');
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        error: expect.objectContaining({
          code: 'EMBEDDER_MISMATCH',
          message: expect.stringContaining('docent reindex --creator coach') as string,
        }) as Error,
      }),
    );
    expect(await room.ask('When are refunds for cancelled sessions paid?')).toMatchObject({ kind: 'answer' });
  });

  it('lets a failing store be an error, never "no knowledge"', async () => {
    const room = await openRoom();
    room.core.engines.keywordIndex.candidates = async () => {
      throw new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The index is away.', retryable: true });
    };
    await expect(room.ask('When are refunds paid?')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(room.metrics).toEqual([]);
  });
});

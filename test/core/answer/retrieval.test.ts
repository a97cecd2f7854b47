import { describe, expect, it, vi } from 'vitest';
import { createQuestionVectors } from '../../../src/core/answer/question-vectors.js';
import { type Search, retrieve } from '../../../src/core/answer/retrieval.js';
import { DocentError } from '../../../src/core/errors.js';
import type { VectorIndex } from '../../../src/core/ports/vector-index.js';
import { openRoom } from '../../support/answering-room.js';
import { coach } from '../../support/embedded-core.js';
import { createFakeClock, settle } from '../../support/fake-clock.js';
import { createFakeEmbedder } from '../../support/fake-embedder.js';
import { makeChunk } from '../../support/make-chunk.js';
import { createRecordingLogger } from '../../support/recording-logger.js';

const away = new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The vector index is away.', retryable: true });

/** The handbook, and a vector index that does what the test says instead of searching. */
async function openSearch(candidates: VectorIndex['candidates'], overrides: Partial<VectorIndex> = {}) {
  const { core } = await openRoom();
  const logger = createRecordingLogger();
  let asked = 0;
  const vectorIndex: VectorIndex = {
    ...core.engines.vectorIndex,
    ...overrides,
    candidates(...query) {
      asked += 1;
      return candidates(...query);
    },
  };
  const active = await core.registry.active(coach);
  return {
    clock: core.clock,
    engines: core.engines,
    active,
    logger,
    asked: () => asked,
    search: (search: Partial<Search> = {}) =>
      retrieve(
        { ...core.engines, vectorIndex, clock: core.clock, logger },
        {
          creatorId: coach,
          question: 'When are refunds for cancelled sessions paid?',
          active,
          signal: new AbortController().signal,
          ...search,
        },
      ),
  };
}

describe('retrieval without its vector index', () => {
  it('searches by words alone while the index is away, and says so', async () => {
    const { search } = await openSearch(async () => {
      throw away;
    });
    const found = await search();
    expect(found.vectorsMissing).toBe('unavailable');
    expect(found.ranked[0]).toMatchObject({
      chunk: { text: 'Refunds for cancelled sessions are paid within ten days.' },
      similarity: null,
    });
  });

  it('does not wait longer than three seconds for an index that is silent', async () => {
    const { search, clock } = await openSearch(() => new Promise(() => {}));
    const searching = search();
    let done = false;
    void searching.then(() => (done = true));
    await clock.advance(2_999);
    expect(done).toBe(false);
    await clock.advance(1);
    expect((await searching).vectorsMissing).toBe('unavailable');
  });

  it('waits only once for a question that is searched in two forms', async () => {
    const { search, asked } = await openSearch(async () => {
      throw away;
    });
    const found = await search({ originalQuestion: 'and when are they paid?' });
    expect(found.ranked).not.toEqual([]);
    expect(asked()).toBe(1);
  });

  it('tells a silent index to stop, and rejects with the reason, when the question is cancelled', async () => {
    const reason = new Error('the member left');
    const question = new AbortController();
    let told: unknown;
    const { search } = await openSearch(
      (_creatorId, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told = signal.reason;
            reject(away);
          });
        }),
    );
    const searching = search({ signal: question.signal });
    await settle();
    question.abort(reason);
    await expect(searching).rejects.toBe(reason);
    expect(told).toBe(reason);
  });

  it('hides no failure of another kind', async () => {
    const failure = new DocentError('INTERNAL', { userMessage: 'A mistake.' });
    const { search } = await openSearch(async () => {
      throw failure;
    });
    await expect(search()).rejects.toBe(failure);
  });

  it('takes an index that has nothing of what it was given for one that is away', async () => {
    const { search, logger } = await openSearch(async () => [], { stats: async () => undefined });
    const found = await search();
    expect(found.vectorsMissing).toBe('unavailable');
    expect(found.ranked[0]).toMatchObject({ similarity: null });
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        event: 'retrieval.vectors-lost',
        fields: { creatorId: coach, fix: 'docent reindex --creator coach' },
      }),
    );
  });

  it('takes an index that finds nothing near enough at its word', async () => {
    const { search } = await openSearch(async () => []);
    expect((await search()).vectorsMissing).toBe('no');
  });

  it('misses no vectors of documents that are still to get them', async () => {
    const { search, active } = await openSearch(async () => [], { stats: async () => undefined });
    const learning = new Map([...active].map(([id, document]) => [id, { ...document, isLearning: true }]));
    expect((await search({ active: learning })).vectorsMissing).toBe('no');
  });
});

describe('what a vector index names', () => {
  it('comes from the store of the creator, or not at all', async () => {
    const theirs = makeChunk({ creator: 'team' });
    const { search, engines } = await openSearch(async () => [{ chunkId: theirs.id, similarity: 1 }]);
    await engines.chunkStore.put(theirs.creatorId, [theirs]);
    const found = await search();
    expect(found.ranked.length).toBeGreaterThan(0);
    expect(found.ranked.map(({ chunk }) => chunk.creatorId)).not.toContain('team');
    expect(found.evidence.passages.map(({ similarity }) => similarity)).not.toContain(1);
  });
});

describe('the vectors of a question', () => {
  it('are made once for each text, also when that was begun before', async () => {
    const embedder = createFakeEmbedder();
    const embed = vi.spyOn(embedder, 'embed');
    const vectors = createQuestionVectors({ embedder, clock: createFakeClock() }, new AbortController().signal);
    vectors.begin('When?');
    expect(await vectors.of('When?')).toBe(await vectors.of('When?'));
    await vectors.of('Where?');
    expect(embed.mock.calls.map(([texts]) => texts)).toEqual([['When?'], ['Where?']]);
  });

  it('that cannot be made say so to whoever asks, and to nobody else', async () => {
    const embedder = createFakeEmbedder();
    embedder.failure = away;
    const vectors = createQuestionVectors({ embedder, clock: createFakeClock() }, new AbortController().signal);
    vectors.begin('When?');
    await settle();
    await expect(vectors.of('When?')).rejects.toBe(away);
  });
});

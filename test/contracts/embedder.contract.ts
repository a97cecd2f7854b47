import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Embedder } from '../../src/core/ports/embedder.js';

export interface EmbedderSubject {
  readonly embedder: Embedder;
  /** It has no tokenizer at hand and counts rather too many tokens than too few. Default false. */
  readonly estimatesTokens?: boolean;
  /** It takes a text beyond its maximum in parts, instead of losing the rest. Default false. */
  readonly seesBeyond?: boolean;
  dispose(): Promise<void>;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** What every embedder promises. `createSubject` is called once: loading a model takes its time. */
export function describeEmbedderContract(name: string, createSubject: () => Promise<EmbedderSubject>): void {
  describe(`Embedder contract: ${name}`, () => {
    let subject: EmbedderSubject;
    let embedder: Embedder;
    const { signal } = new AbortController();
    beforeAll(async () => {
      subject = await createSubject();
      embedder = subject.embedder;
    });
    afterAll(() => subject.dispose());

    const embedOne = async (text: string, kind: 'query' | 'document' = 'document'): Promise<Float32Array> => {
      const [vector] = await embedder.embed([text], { kind, signal });
      return vector!;
    };
    /** A text of this many words that are a token each. */
    const wordsOfOneToken = (count: number) => Array.from({ length: count }, () => 'house').join(' ');

    it('gives one unit vector a text, in order, each as long as its space has dimensions', async () => {
      const texts = Array.from({ length: embedder.maxBatch }, (_value, index) => `Text number ${index}`);
      const vectors = await embedder.embed(texts, { kind: 'document', signal });
      expect(vectors).toHaveLength(embedder.maxBatch);
      for (const vector of vectors) {
        expect(vector).toHaveLength(embedder.space.dimensions);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      }
      expect(dot(vectors[3]!, await embedOne('Text number 3'))).toBeCloseTo(1, 4);
    });

    it('gives nothing for nothing', async () => {
      expect(await embedder.embed([], { kind: 'document', signal })).toEqual([]);
    });

    it.each([
      ['no text', ''],
      ['white space', ' \n\t\u00a0'],
      ['many scripts and emoji', 'Ünïcödé 你好 مرحبا 😀👩‍👩‍👧'],
      ['control characters and half characters', '\u0000\ud800\u200b'],
      ["the model's own marks", '[SEP] [CLS] </s> search_query:'],
      ['punctuation without end', '!'.repeat(5_000)],
      ['a word without end', 'x'.repeat(100_000)],
    ])('gives a unit vector for %s', async (_what, text) => {
      expect(Math.hypot(...(await embedOne(text)))).toBeCloseTo(1, 4);
    });

    it('puts a paraphrase nearer than a text about something else', async () => {
      const question = await embedOne('How do I get my money back?', 'query');
      const near = await embedOne('Refunds are paid within 30 days of the purchase.');
      const far = await embedOne('Boil the potatoes until they are soft.');
      expect(dot(question, near)).toBeGreaterThan(dot(question, far) + 0.1);
    });

    it('sees a text up to its maximum of tokens, and nothing beyond unless it takes it in parts', async () => {
      // Two tokens are the special ones around a text.
      const fits = wordsOfOneToken(embedder.maxTokens - 3);
      const [plain, lastWord, beyond] = await Promise.all([
        embedOne(`${fits} house`),
        embedOne(`${fits} guitar`),
        embedOne(`${fits} house guitar guitar guitar`),
      ]);
      expect(dot(plain, lastWord)).toBeLessThan(0.99999);
      if (subject.seesBeyond === true) expect(dot(plain, beyond)).toBeLessThan(0.99999);
      else expect(dot(plain, beyond)).toBeCloseTo(1, 5);
    });

    it('counts tokens as it sees them, or more where it has to estimate', () => {
      expect(embedder.countTokens('')).toBe(0);
      const counted = embedder.countTokens(wordsOfOneToken(100));
      expect(counted).toBeGreaterThanOrEqual(100);
      expect(counted).toBeLessThanOrEqual(subject.estimatesTokens === true ? 250 : 100);
      expect(embedder.countTokens('Unbelievably, tokenization splits words.')).toBeGreaterThan(5);
    });

    it('answers a query before the documents that wait', async () => {
      const finished: string[] = [];
      const note = (what: string) => () => finished.push(what);
      const documents = Array.from({ length: embedder.maxBatch }, (_value, index) =>
        embedOne(`${wordsOfOneToken(60)} ${index}`).then(note('document')),
      );
      await Promise.all([...documents, embedOne('a short question', 'query').then(note('query'))]);
      expect(finished.indexOf('query')).toBeLessThan(finished.length / 2);
    });

    it('rejects with the reason of a signal that is aborted, before and while it works', async () => {
      const reason = new Error('not needed any more');
      const aborted = AbortSignal.abort(reason);
      await expect(embedder.embed(['text'], { kind: 'query', signal: aborted })).rejects.toBe(reason);
      const controller = new AbortController();
      const work = embedder.embed(['one', 'two', 'three'], { kind: 'document', signal: controller.signal });
      controller.abort(reason);
      await expect(work).rejects.toBe(reason);
    });

    it('names its calibration in range', () => {
      const { keywordWeight, evidenceSimilarity } = embedder.calibration;
      for (const value of [keywordWeight, evidenceSimilarity]) {
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(1);
      }
    });

    it('is healthy once it has embedded', async () => {
      await embedOne('hello');
      expect(await embedder.health(signal)).toMatchObject({ state: 'healthy' });
    });
  });
}

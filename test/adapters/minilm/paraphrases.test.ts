import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMiniLmEmbedder } from '../../../src/adapters/minilm/embedder.js';
import { startModelThread } from '../../../src/adapters/minilm/model-thread.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

const fixtureSchema = z.object({
  pairs: z.array(z.object({ question: z.string(), passage: z.string() })).length(30),
  distractors: z.array(z.string()).length(70),
});
const { pairs, distractors } = fixtureSchema.parse(
  JSON.parse(readFileSync(path.join(process.cwd(), 'test/fixtures/paraphrases.json'), 'utf8')),
);
const passages = [...pairs.map(({ passage }) => passage), ...distractors];

const stopWords = new Set(
  `a about after all also am an and any are as at be been before but by can could did do does for from get had has have how
  i if in into is it its just may me more most must my no not of off on once one only or our out over should so some than
  that the their them then there they this to too until up was we were what when where which who whom will with would you
  your`.split(/\s+/),
);

/** Words that say something, cut to a generous stem of five letters. */
function stemsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return new Set(words.filter((word) => word.length > 1 && !stopWords.has(word)).map((word) => word.slice(0, 5)));
}

/** The share of questions whose own passage scores higher than every other one. */
function recallAt1(score: (questionIndex: number, passageIndex: number) => number): number {
  const found = pairs.filter((_pair, question) => {
    const own = score(question, question);
    return passages.every((_passage, passage) => passage === question || score(question, passage) < own);
  });
  return found.length / pairs.length;
}

describe('questions of a coaching community and the passages that answer them in other words', () => {
  const { signal } = new AbortController();
  const { embedder, stop } = createMiniLmEmbedder({
    maxThreads: 2,
    startThread: startModelThread,
    clock: createFakeClock(),
    logger: silentLogger,
  });
  let questionVectors: Float32Array[];
  let passageVectors: Float32Array[];

  async function embedAll(texts: readonly string[], kind: 'query' | 'document'): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += embedder.maxBatch)
      vectors.push(...(await embedder.embed(texts.slice(start, start + embedder.maxBatch), { kind, signal })));
    return vectors;
  }
  beforeAll(async () => {
    questionVectors = await embedAll(
      pairs.map(({ question }) => question),
      'query',
    );
    passageVectors = await embedAll(passages, 'document');
  });
  afterAll(stop);

  it('share almost no words', () => {
    const shared = pairs.map(({ question, passage }) =>
      [...stemsOf(question)].filter((stem) => stemsOf(passage).has(stem)),
    );
    expect(shared.filter((stems) => stems.length > 0).length).toBeLessThanOrEqual(2);
  });

  it('are hardly ever joined by keywords', () => {
    const stems = passages.map(stemsOf);
    const rarity = (stem: string) => Math.log(1 + passages.length / stems.filter((others) => others.has(stem)).length);
    const byKeywords = recallAt1((question, passage) =>
      [...stemsOf(pairs[question]!.question)]
        .filter((stem) => stems[passage]!.has(stem))
        .reduce((sum, stem) => sum + rarity(stem), 0),
    );
    expect(byKeywords).toBeLessThanOrEqual(0.1);
  });

  it('are joined by meaning nine times out of ten', () => {
    const bySimilarity = recallAt1((question, passage) =>
      questionVectors[question]!.reduce((sum, value, index) => sum + value * passageVectors[passage]![index]!, 0),
    );
    expect(bySimilarity).toBeGreaterThanOrEqual(0.9);
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createMiniLmEmbedder } from '../../../src/adapters/minilm/embedder.js';
import { startModelThread } from '../../../src/adapters/minilm/model-thread.js';
import { groupByLikeness } from '../../../src/core/gaps/likeness.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';

const wordings = z
  .array(z.array(z.string()).min(1))
  .parse(JSON.parse(readFileSync(path.join(process.cwd(), 'test/fixtures/alike-questions.json'), 'utf8')));

describe('questions in several wordings', () => {
  it('come together as one question, and never with another one', async () => {
    const { embedder, stop } = createMiniLmEmbedder({
      maxThreads: 1,
      startThread: startModelThread,
      clock: createFakeClock(),
      logger: silentLogger,
    });
    onTestFinished(stop);
    const questions = wordings.flatMap((texts, topic) => texts.map((text) => ({ text, topic })));
    const options = { embedder, logger: silentLogger, signal: new AbortController().signal };
    const groups = await groupByLikeness(questions, ({ text }) => text, options);

    const mixed = groups.filter(({ items }) => new Set(items.map(({ topic }) => topic)).size > 1);
    expect(mixed.map(({ items }) => items.map(({ text }) => text))).toEqual([]);
    const pairs = (count: number): number => (count * (count - 1)) / 2;
    const together = groups.reduce((sum, { items }) => sum + pairs(items.length), 0);
    const all = wordings.reduce((sum, texts) => sum + pairs(texts.length), 0);
    expect(together / all).toBeGreaterThan(0.6);
  });
});

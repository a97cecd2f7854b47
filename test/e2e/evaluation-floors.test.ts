import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/cli/eval-dataset.js';
import { evaluate } from '../../src/evaluation-api.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/**
 * Six documents of a rowing club and thirty questions: by their words, in other words, and about something else. The
 * floors are below what is measured by about one question each, so that only a real loss falls through.
 */
describe('the documents of a rowing club', () => {
  it('are found, cited and not stretched', async () => {
    const folder = await temporaryFolder();
    const dataset = await openDataset({
      dataset: 'test/fixtures/evaluation',
      documents: undefined,
      unit: 'paragraph',
      holdsOut: false,
      questions: undefined,
      acceptedExtensions: ['.md'],
    });
    const { report } = await evaluate(dataset, {
      environment: { DOCENT_DATA_FOLDER: 'data' },
      folder,
      writesAnswers: true,
      onStatus() {},
      signal: new AbortController().signal,
    });
    const { metrics, kinds, unread, documentCount, questionCount } = report;
    expect({ unread, documentCount, questionCount }).toEqual({ unread: [], documentCount: 6, questionCount: 30 });
    const atLeast = (floor: number) =>
      expect.toSatisfy((value: number) => value >= floor, `at least ${floor}`) as number;
    expect(metrics).toMatchObject({
      ndcgAt10: atLeast(0.9),
      recallAt5: atLeast(0.95),
      context: atLeast(0.9),
      gateAuroc: atLeast(0.9),
      gateKept: atLeast(0.79),
      gateRefused: atLeast(0.66),
      citationsExist: 1,
      citationsRight: atLeast(0.9),
    });
    expect(kinds['paraphrase']?.metrics).toMatchObject({ recallAt5: 1, context: atLeast(0.8) });
  });
});

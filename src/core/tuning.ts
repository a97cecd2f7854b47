import { z } from 'zod';

const share = z.coerce.number().min(0).max(1);
const factor = z.coerce.number().min(0).max(10);
const count = (max: number) => z.coerce.number().int().min(1).max(max);

/**
 * What decides how well questions meet passages, in one place. The values are measured, not chosen by taste: see
 * `bench/RESULTS.md`, and `docent eval --set` to try others. What belongs to an embedder is in its calibration, and what an
 * operator decides is a setting.
 */
export const tuningSchema = z.strictObject({
  chunkTokens: count(100_000)
    .optional()
    .describe('tokens of a passage with its headings (default: what the embedder sees)'),
  stemming: z.enum(['porter', 'none']).default('porter').describe('how the endings of words are cut'),
  stopWords: z.enum(['english', 'none']).default('english').describe('words of a question that are not searched'),
  breadcrumbWeight: factor.default(2).describe('what a word counts in the headings, beside one in the text'),
  candidates: count(1_000).default(100).describe('passages asked of each index'),
  keywordWeight: share
    .optional()
    .describe("weight of the words in the fusion, the meaning gets the rest (default: the embedder's calibration)"),
  coverageExponent: factor
    .default(2)
    .describe(
      "how much a passage's score by words depends on the share of the question's words it holds; 0: not at all",
    ),
  rankedChunks: count(500).default(20).describe('passages that are read and handed on'),
  gatePassages: count(100).default(5).describe('best passages that the evidence gate looks at'),
  gateTermBase: factor
    .default(2)
    .describe("added to every word's weight in the gate, so that a rare word does not decide alone"),
  gateSimilarityWeight: factor.default(1.5).describe('what similarity counts in the gate, beside the share of words'),
  evidenceSimilarity: share
    .optional()
    .describe("similarity from which meaning alone is evidence (default: the embedder's calibration)"),
  mergeNeighbours: z
    .stringbool()
    .or(z.boolean())
    .default(true)
    .describe('whether passages that follow one another go to the model as one'),
  contextTokens: count(1_000_000)
    .optional()
    .describe("tokens of all passages together (default: what the model's context leaves)"),
});
/** One set of values. */
export type Tuning = z.infer<typeof tuningSchema>;

/** The values that answers are made with. */
export const defaultTuning: Tuning = tuningSchema.parse({});

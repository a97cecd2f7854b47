import { z } from 'zod';

const share = z.number().min(0).max(1);

/** What became of one question. */
export const questionOutcomeSchema = z.object({
  id: z.string(),
  kind: z.string(),
  isAnswerable: z.boolean(),
  /** How well the ranking found the documents; null when the documents do not answer the question. */
  retrieval: z.object({ ndcgAt10: share, recallAt5: share, recallAt20: share, reciprocalRank: share }).nullable(),
  /** How much evidence the gate saw; from 1 on it lets a question pass. */
  strength: z.number(),
  isEnough: z.boolean(),
  /** Whether an answer stands in what goes to the model; null where no answer is known. */
  isInContext: z.boolean().nullable(),
  /** What was written; null when the gate refused, or nothing was to be written. */
  answer: z
    .object({
      /** Whether it names at least one source, and each is a passage that the model was given. */
      hasSources: z.boolean(),
      /** Whether an answer stands in a passage that it cites; null where no answer is known. */
      isCitedPassageRight: z.boolean().nullable(),
    })
    .nullable(),
  /** Milliseconds of each stage. */
  stagesMs: z.record(z.string(), z.number()),
});
export type QuestionOutcome = z.infer<typeof questionOutcomeSchema>;

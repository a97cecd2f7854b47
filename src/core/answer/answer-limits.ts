import type { CoreSettings } from '../core-settings.js';
import type { AnsweringOptions } from './answering.js';

const MAX_QUESTION_CHARACTERS = 4_000;

/** The limits of an answer, as the settings have them. */
export function answerLimits(settings: CoreSettings): AnsweringOptions['limits'] {
  return {
    maxQuestionCharacters: MAX_QUESTION_CHARACTERS,
    maxPassages: settings.maxPassages,
    maxOutputTokens: settings.maxOutputTokens,
    firstTextTimeoutMs: settings.firstTextTimeoutSeconds * 1_000,
    answerTimeoutMs: settings.answerTimeoutSeconds * 1_000,
    minCoverage: settings.minCoveragePercent / 100,
  };
}

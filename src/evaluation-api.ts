/**
 * What a program measures search, refusals and citations with: `import { evaluate } from 'docent/evaluation'`.
 *
 * @module
 */
export { readBeir, type BeirFiles } from './core/evaluation/beir.js';
export {
  holdOut,
  sampleQuestions,
  type EvaluationDataset,
  type EvaluationDocument,
  type EvaluationQuestion,
} from './core/evaluation/dataset.js';
export { readQuestionList } from './core/evaluation/question-list.js';
export {
  compareReports,
  evaluationReportSchema,
  type EvaluationComparison,
  type EvaluationReport,
} from './core/evaluation/report.js';
export { readSquad, type SquadUnit } from './core/evaluation/squad.js';
export { defaultTuning, tuningSchema, type Tuning } from './core/tuning.js';
export { evaluate, type EvaluateOptions, type Evaluated } from './evaluate.js';
export { PlanError } from './launch.js';

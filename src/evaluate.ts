import { join } from 'node:path';
import type { EvaluationDataset } from './core/evaluation/dataset.js';
import { type EvaluationReport, reportOf } from './core/evaluation/report.js';
import { type RunOptions, runEvaluation } from './core/evaluation/run-evaluation.js';
import type { Plan } from './core/plan.js';
import { ENGINE_NAMES, engineVariable, profiles } from './core/profiles.js';
import { systemClock } from './core/system-clock.js';
import { type Tuning, defaultTuning } from './core/tuning.js';
import { PlanError, planLaunch } from './launch.js';

/** What is evaluated. */
export interface EvaluatedConfiguration {
  /** Settings of Docent, by variable: of the engines, the embedder and the chat model count. Default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Settings that are tried, by variable: these may choose any engine. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Tuning that is tried. */
  readonly tuning?: Tuning;
  /** The same in words, for the report. */
  readonly written?: readonly string[];
}

/** How an evaluation goes. */
export type EvaluateOptions = EvaluatedConfiguration & Omit<RunOptions, 'clock'>;

/** What came of it. */
export interface Evaluated {
  readonly report: EvaluationReport;
  /** Forgets how far it came. Until then the same evaluation again, also after a kill, asks no question twice. */
  forget(): Promise<void>;
}

/** Folder of evaluations inside the data folder. */
const FOLDER = 'evaluation';
/** What an evaluation takes from the settings; everything else is embedded, so that no server is written to. */
const CHOSEN = new Set<string>(['embedder', 'chatModel']);

/**
 * Takes in a data set's documents, asks its questions as members would, and measures what came of them.
 * @throws PlanError for the settings; DocentError `EMBEDDER_UNAVAILABLE` and others when an engine fails; the signal's
 * reason when aborted.
 */
export async function evaluate(dataset: EvaluationDataset, options: EvaluateOptions): Promise<Evaluated> {
  const { tuning = defaultTuning, written = [] } = options;
  const plan = await planEvaluation(options);
  const evaluated = await runEvaluation(dataset, { plan, tuning }, { ...options, clock: systemClock });
  return { report: reportOf(evaluated, dataset.name, written), forget: () => evaluated.forget() };
}

/** A plan whose data folder is for evaluations alone. @throws PlanError for settings that cannot be. */
export async function planEvaluation({
  environment,
  settings,
  folder,
}: Pick<EvaluateOptions, 'environment' | 'settings' | 'folder'>): Promise<Plan> {
  const embedded = Object.fromEntries(
    ENGINE_NAMES.filter((engine) => !CHOSEN.has(engine)).map((engine) => [
      engineVariable(engine),
      profiles['embedded']?.[engine],
    ]),
  );
  const result = await planLaunch({
    environment: { DOCENT_LOG_LEVEL: 'error', ...environment, ...embedded, ...settings },
    folder,
    role: 'worker',
  });
  if ('problems' in result) throw new PlanError(result.problems);
  const { core } = result.plan;
  return { ...result.plan, core: { ...core, dataFolder: join(core.dataFolder, FOLDER) } };
}

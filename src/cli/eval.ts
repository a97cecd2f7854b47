import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DocentError } from '../core/errors.js';
import type { EvaluationDataset } from '../core/evaluation/dataset.js';
import { type EvaluationReport, compareReports, evaluationReportSchema } from '../core/evaluation/report.js';
import { type Evaluated, evaluate, planEvaluation } from '../evaluate.js';
import type { LaunchOptions } from '../launch.js';
import { createProgress } from './eval-progress.js';
import { openDataset } from './eval-dataset.js';
import { type EvalOptions, type EvalSettings, readEvalOptions } from './eval-options.js';
import { describeComparison, describeReport } from './eval-tables.js';
import type { Screen } from './screen.js';

/** An evaluation, and where it runs. */
export interface EvalRun {
  readonly args: readonly string[];
  readonly launchOptions: LaunchOptions;
  readonly screen: Screen;
  readonly signal: AbortSignal;
}

/**
 * Runs `docent eval`.
 * @returns whether every document was read
 * @throws DocentError `COMMAND_INPUT` for what is wrong with the data set or the options; PlanError for the settings; as
 * `evaluate`.
 */
export async function runEval({ args, ...run }: EvalRun): Promise<boolean> {
  const { screen } = run;
  const options = readEvalOptions(args);
  const { environment, folder } = run.launchOptions;
  const plan = await planEvaluation({ environment, settings: options.settings.environment, folder });
  if (options.isFresh) await rm(resolve(folder, plan.core.dataFolder), { recursive: true, force: true });
  const acceptedExtensions = plan.parsers.flatMap(({ extensions }) => extensions);
  const dataset = await openDataset({ ...options, acceptedExtensions });
  const base = await baseOf(options, dataset, run);
  const own = await runOne(options, options.settings, dataset, run);
  if (options.output !== undefined) await writeFile(options.output, `${JSON.stringify(own.report, null, 2)}\n`);
  show(own.report, base?.report, options, screen);
  await base?.forget();
  await own.forget();
  return own.report.unread.length === 0;
}

async function baseOf(
  options: EvalOptions,
  dataset: EvaluationDataset,
  run: Omit<EvalRun, 'args'>,
): Promise<Evaluated | undefined> {
  const { against } = options;
  if (against === undefined) return undefined;
  if (!('file' in against)) return runOne(options, against, dataset, run);
  return { report: await readReport(against.file), async forget() {} };
}

function runOne(
  { writesAnswers }: EvalOptions,
  { environment, tuning, written }: EvalSettings,
  dataset: EvaluationDataset,
  { launchOptions, screen, signal }: Omit<EvalRun, 'args'>,
): Promise<Evaluated> {
  return evaluate(dataset, {
    environment: launchOptions.environment,
    settings: environment,
    tuning,
    written,
    folder: launchOptions.folder,
    writesAnswers,
    onStatus: createProgress(screen),
    signal,
  });
}

async function readReport(path: string): Promise<EvaluationReport> {
  try {
    return evaluationReportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `${path} is no run that was kept with --output, so there is nothing to compare with. Check how it is written.`,
      cause: error,
    });
  }
}

function show(
  report: EvaluationReport,
  base: EvaluationReport | undefined,
  { asJson }: EvalOptions,
  screen: Screen,
): void {
  const comparison = base === undefined ? undefined : compareReports(base, report);
  if (asJson) {
    const { outcomes: _outcomes, ...figures } = report;
    const compared =
      base === undefined ? {} : { against: { settings: base.settings, metrics: base.metrics }, comparison };
    screen.write(`${JSON.stringify({ ...figures, ...compared }, null, 2)}\n`);
    return;
  }
  screen.write(describeReport(report));
  if (base !== undefined && comparison !== undefined) screen.write(describeComparison(base, comparison));
}

import { toDocentError } from '../../core/errors.js';
import type { Clock } from '../../core/ports/clock.js';
import type { ModelLibrary } from '../../core/ports/model-library.js';
import type { Logger } from '../../core/ports/logger.js';
import { pause } from './pause.js';

/** What is downloaded, and until when. */
export interface BackgroundPullOptions {
  readonly library: ModelLibrary;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Ollama may start later than Docent: tries enough for ten minutes. */
const MAX_TRIES = 60;
const TRY_EVERY_MS = 10_000;
const LOG_EVERY_PERCENT = 10;

/**
 * Downloads what is missing, one model after another, with a line in the log at every tenth. One that cannot be had does
 * not keep the others away. Never throws.
 */
export async function pullInBackground({ library, clock, logger, signal }: BackgroundPullOptions): Promise<void> {
  const hopeless = new Set<string>();
  for (let tries = 1; tries <= MAX_TRIES && !signal.aborted; tries += 1) {
    let model: string | undefined;
    try {
      for (const { name, isInstalled } of await library.required(signal)) {
        if (isInstalled || hopeless.has(name)) continue;
        model = name;
        await pullOne(library, name, logger, signal);
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      const failure = toDocentError(error);
      logger.warn('ollama.pull-failed', { code: failure.code, tries }, failure);
      if (failure.retryable) await pause(clock, TRY_EVERY_MS, signal).catch(() => undefined);
      else if (model === undefined) return;
      else hopeless.add(model);
    }
  }
}

async function pullOne(library: ModelLibrary, model: string, logger: Logger, signal: AbortSignal): Promise<void> {
  logger.info('ollama.pull', { model });
  let told = 0;
  for await (const { bytes } of library.pull(model, signal)) {
    const percent = bytes === undefined ? 0 : Math.floor((100 * bytes.done) / Math.max(1, bytes.total));
    if (percent < told + LOG_EVERY_PERCENT) continue;
    told = percent;
    logger.info('ollama.pull', { model, percent });
  }
  logger.info('ollama.pulled', { model });
}

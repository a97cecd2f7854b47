import type { Plan } from '../plan.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { defaultParseLimits } from './parse-limits.js';
import { type ParseProcess, createParseProcess } from './parse-process.js';
import { readableFolders } from './readable-folders.js';

/** Reads files with the plan's parsers, within the limits of its settings. */
export function createPlannedReader(
  { core, parsers }: Pick<Plan, 'core' | 'parsers'>,
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
): ParseProcess {
  return createParseProcess({
    parsers,
    limits: {
      ...defaultParseLimits,
      maxPages: core.maxPages,
      maxCharacters: core.maxCharacters,
      maxDurationMs: core.parseTimeoutSeconds * 1_000,
    },
    readableFolders: readableFolders(parsers.map(({ module }) => module)),
    logger,
    clock,
  });
}

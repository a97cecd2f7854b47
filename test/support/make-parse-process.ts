import { onTestFinished } from 'vitest';
import documents from '../../src/adapters/documents/plugin.js';
import { defaultParseLimits, type ParseProcessLimits } from '../../src/core/ingest/parse-limits.js';
import { createParseProcess, type ParseProcess } from '../../src/core/ingest/parse-process.js';
import { readableFolders } from '../../src/core/ingest/readable-folders.js';
import type { Clock } from '../../src/core/ports/clock.js';
import type { ParserContribution } from '../../src/core/ports/document-parser.js';
import { systemClock } from '../../src/core/system-clock.js';
import { silentLogger } from './silent-logger.js';

export interface ParseProcessSetup {
  /** Default: those of the documents plugin. */
  readonly parsers?: readonly ParserContribution[];
  readonly limits?: Partial<ParseProcessLimits>;
  readonly clock?: Clock;
}

/** A parse process over real children. Whoever makes it stops it. */
export function makeParseProcess({
  parsers = documents.parsers ?? [],
  limits,
  clock = systemClock,
}: ParseProcessSetup = {}): ParseProcess {
  return createParseProcess({
    parsers,
    limits: { ...defaultParseLimits, ...limits },
    readableFolders: readableFolders(parsers.map(({ module }) => module)),
    logger: silentLogger,
    clock,
  });
}

/** The same, stopped when the current test has ended. */
export function parseProcessForTest(setup: ParseProcessSetup = {}): ParseProcess {
  const process = makeParseProcess(setup);
  onTestFinished(() => process.stop());
  return process;
}

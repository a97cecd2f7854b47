import type { LogFields, Logger } from '../../src/core/ports/logger.js';

/** A line as it was logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
  readonly error: unknown;
}

/** A logger that keeps its lines for the test to read. */
export function createRecordingLogger(): Logger & { readonly lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const write =
    (level: LoggedLine['level'], more: LogFields) =>
    (event: string, fields: LogFields = {}, error?: unknown): void => {
      lines.push({ level, event, fields: { ...more, ...fields }, error });
    };
  const over = (more: LogFields): Logger & { readonly lines: LoggedLine[] } => ({
    lines,
    debug: write('debug', more),
    info: write('info', more),
    warn: write('warn', more),
    error: write('error', more),
    child: (fields) => over({ ...more, ...fields }),
  });
  return over({});
}

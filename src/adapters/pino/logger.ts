import { pino, type Logger as Pino } from 'pino';
import type { Clock } from '../../core/ports/clock.js';
import type { LogFields, Logger } from '../../core/ports/logger.js';
import { describeError } from './describe-error.js';
import { scrubFields } from './scrub.js';
import { toText } from './text-line.js';

/** What is logged, how it looks, and where it goes. */
export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** `json`: one JSON object a line. `text`: for people, with the stack of an error below its line. */
  readonly format: 'text' | 'json';
  readonly clock: Clock;
  /** Takes whole lines, each with its line end. */
  readonly write: (lines: string) => void;
}

/**
 * A log over pino. Every line is an object with `level`, `time` (ISO 8601), `event`, the fields and, where one was
 * given, `error` with its causes; secrets are replaced in all of them.
 */
export function createLogger({ level, format, clock, write }: LoggerOptions): Logger {
  const destination = { write: format === 'json' ? write : (line: string) => write(toText(line)) };
  const base = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return wrap(base);
}

/** Writes to standard error at once, so that the last lines before an exit are there; a reader that went away is no error. */
export function standardError(): (lines: string) => void {
  const destination = pino.destination({ fd: process.stderr.fd, sync: true });
  return (lines) => {
    destination.write(lines);
  };
}

function wrap(log: Pino): Logger {
  const line = (fields: LogFields | undefined, error?: unknown): object => ({
    ...(fields === undefined ? {} : scrubFields(fields)),
    ...(error === undefined ? {} : { error: describeError(error) }),
  });
  return {
    debug(event, fields) {
      if (log.isLevelEnabled('debug')) log.debug(line(fields), event);
    },
    info(event, fields) {
      if (log.isLevelEnabled('info')) log.info(line(fields), event);
    },
    warn(event, fields, error) {
      if (log.isLevelEnabled('warn')) log.warn(line(fields, error), event);
    },
    error(event, fields, error) {
      if (log.isLevelEnabled('error')) log.error(line(fields, error), event);
    },
    child: (fields) => wrap(log.child(scrubFields(fields))),
  };
}

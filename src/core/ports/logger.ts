/** Values that may stand in a log line. Never message text, document text, tokens or keys. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A structured log. Implementations scrub secrets, also inside error messages. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields, error?: unknown): void;
  error(event: string, fields?: LogFields, error?: unknown): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

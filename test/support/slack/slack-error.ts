/** A refusal as the Web API sends it: `{ok: false, error}` with what goes with it. */
export class SlackError extends Error {
  readonly error: string;
  /** For `response_metadata.messages`. */
  readonly messages: readonly string[];
  /** More fields of the reply, such as `needed`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(error: string, messages: readonly string[] = [], fields: Readonly<Record<string, unknown>> = {}) {
    super([error, ...messages].join('; '));
    this.error = error;
    this.messages = messages;
    this.fields = fields;
  }
}

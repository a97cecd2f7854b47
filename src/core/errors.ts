/**
 * Every error that a member, a manager or an operator can meet, with what it means.
 * A code is `AREA_WHAT`; the message a person sees says what failed, on what, and how to fix it.
 */
export const errorCatalogue = {
  SETTINGS_INVALID: 'A setting is missing or wrong; nothing was started.',
  DATA_FOLDER_IN_USE: 'Another Docent owns this data folder.',
  ENGINE_UNAVAILABLE: 'An engine (store, index, model) cannot be reached or failed.',
  EMBEDDER_UNAVAILABLE: 'The embedder cannot be loaded or failed.',
  EMBEDDER_MISMATCH: 'The stored vectors were made by another embedder.',
  INDEX_UNFIT: 'A stored index of vectors was not made by Docent and cannot be searched.',
  MODEL_UNAVAILABLE: 'The chat model cannot be reached or failed.',
  RECORD_INVALID: 'A stored record does not have the shape it must have.',
  RECORD_CONFLICT: 'A record was changed by somebody else at the same time.',
  BLOB_MISSING: 'The bytes of an upload are gone.',
  DOCUMENT_TOO_LARGE: 'The file is over the size limit.',
  DOCUMENT_EMPTY: 'The file holds no bytes or no text.',
  DOCUMENT_UNSUPPORTED: 'No parser reads this kind of file.',
  DOCUMENT_ENCRYPTED: 'The file is protected by a password.',
  DOCUMENT_IMAGE_ONLY: 'The file holds pictures of text (a scan) and no text.',
  DOCUMENT_DAMAGED: 'The file is truncated or broken.',
  DOCUMENT_HOSTILE: 'The file unpacks to far more than it should.',
  DOCUMENT_TOO_LONG: 'The file has more pages or characters than the limit.',
  DOCUMENT_TIMEOUT: 'Reading the file took too long.',
  DOCUMENT_MEMORY: 'Reading the file took too much memory.',
  DOCUMENT_UNKNOWN: 'The creator has no such document.',
  DOCUMENT_CANCELLED: 'The upload was cancelled.',
  DOCUMENT_NAME_INVALID: 'The document name is empty or too long.',
  EXPORT_DAMAGED: 'An exported creator is truncated or broken.',
  EXPORT_UNSUPPORTED: 'A file is no exported creator, or was exported by a newer Docent.',
  DOWNLOAD_FAILED: 'A posted file could not be downloaded.',
  CREATOR_NOT_LINKED: 'The channel is not linked to a creator.',
  CHANNEL_UNAVAILABLE: 'The channel is gone, or Docent may not post there.',
  COMMAND_UNKNOWN: 'There is no such command.',
  COMMAND_INPUT: 'A command was given wrong input.',
  ACCESS_DENIED: 'The person may not do this.',
  RATE_LIMITED: 'The person asks too fast.',
  QUESTION_EMPTY: 'The question has no words.',
  QUESTION_TOO_LONG: 'The question is over the length limit.',
  TIMED_OUT: 'The work was not done by its deadline.',
  CANCELLED: 'The work was cancelled.',
  QUEUE_FULL: 'Too much work is waiting.',
  WORK_POISONED: 'The work ended the process each time it was tried.',
  INTERNAL: 'Something failed that should not; the log has the details under the correlation id.',
} as const;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/** What an error tells, and to whom. */
export interface DocentErrorOptions {
  /**
   * What failed, on what, and how to fix it: shown to people, so without secrets and stacks. Plain text, with names as they
   * are: into a message's Markdown it goes by `asWritten`.
   */
  readonly userMessage: string;
  /** Whether the same call may succeed later; default false. */
  readonly retryable?: boolean;
  /** The error this one translates; logged, never shown. */
  readonly cause?: unknown;
}

/** The one error type that crosses a port. Adapters translate their SDK's errors to it where they arise. */
export class DocentError extends Error {
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly retryable: boolean;

  constructor(code: ErrorCode, options: DocentErrorOptions) {
    super(`${code}: ${options.userMessage}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DocentError';
    this.code = code;
    this.userMessage = options.userMessage;
    this.retryable = options.retryable ?? false;
  }
}

/** The error itself when it is a `DocentError`, a cancellation for an abort, otherwise `INTERNAL` with the cause kept. */
export function toDocentError(error: unknown): DocentError {
  if (error instanceof DocentError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new DocentError('TIMED_OUT', {
      userMessage: 'This took too long and was stopped. Try again in a moment.',
      retryable: true,
      cause: error,
    });
  if (error instanceof Error && error.name === 'AbortError')
    return new DocentError('CANCELLED', { userMessage: 'This was stopped before it was done.', cause: error });
  return new DocentError('INTERNAL', {
    userMessage: 'Something went wrong on our side. Try again; if it stays, tell the operator.',
    cause: error,
  });
}

import { DocentError, type ErrorCode } from '../../core/errors.js';
import { shownName } from '../../core/ingest/parse-errors.js';

/** The error for a file that its parser refuses: the file's name, then `says`: what is wrong with it and what to do. */
export function refusal(
  code: ErrorCode & `DOCUMENT_${string}`,
  name: string,
  says: string,
  cause?: unknown,
): DocentError {
  return new DocentError(code, { userMessage: `${shownName(name)} ${says}`, cause });
}

/** The refusal of a document with more text than allowed. */
export function tooMuchText(name: string, maxCharacters: number): DocentError {
  const limit = maxCharacters.toLocaleString('en');
  return refusal(
    'DOCUMENT_TOO_LONG',
    name,
    `holds more than ${limit} characters of text. Split it into smaller files.`,
  );
}

/** Whether the engine gave up (memory, stack) rather than the library; what it says is the same inside wrapped errors. */
export function isEngineError(error: unknown): boolean {
  return (
    error instanceof Error && /allocat|call stack|invalid (?:string|array|typed array) length/i.test(error.message)
  );
}

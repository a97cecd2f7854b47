import { DocentError, type ErrorCode } from '../errors.js';
import { singleLine } from './parse-text.js';

/** How many characters of a file's name a message shows. */
const MAX_SHOWN_NAME = 120;

/** A file's name as messages show it: on one line, in quotes, not endless. */
export function shownName(name: string): string {
  const line = singleLine(name);
  return `"${line.length > MAX_SHOWN_NAME ? `${line.slice(0, MAX_SHOWN_NAME)}…` : line}"`.toWellFormed();
}

type ParseFailure =
  | 'nothing-inside'
  | 'took-too-long'
  | 'took-too-much-memory'
  | 'too-much-text'
  | 'nested-too-deep'
  | 'broke-the-reader'
  | 'reader-not-started'
  | 'too-many-waiting'
  | 'stopped';

const failures: Record<ParseFailure, { code: ErrorCode; says: string; retryable?: boolean }> = {
  'nothing-inside': {
    code: 'DOCUMENT_EMPTY',
    says: 'holds no text. Check that it is the right file and post it again.',
  },
  'took-too-long': {
    code: 'DOCUMENT_TIMEOUT',
    says: 'took too long to read and was stopped. Split it into smaller files, or save it again from the program that made it.',
  },
  'took-too-much-memory': {
    code: 'DOCUMENT_MEMORY',
    says: 'took too much memory to read and was stopped. Split it into smaller files, or save it again without pictures.',
  },
  'too-much-text': {
    code: 'DOCUMENT_TOO_LONG',
    says: 'holds more text than one document may. Split it into smaller files.',
  },
  'nested-too-deep': {
    code: 'DOCUMENT_HOSTILE',
    says: 'is nested far deeper than any document needs, so it was not read. Save it again from the program that made it.',
  },
  'broke-the-reader': {
    code: 'DOCUMENT_DAMAGED',
    says: 'could not be read: it seems to be damaged. Open it in the program that made it, save it again, and post that file.',
  },
  'reader-not-started': {
    code: 'INTERNAL',
    says: 'was not read, because the reader could not be started. Try again; if it stays, tell the operator.',
    retryable: true,
  },
  'too-many-waiting': {
    code: 'QUEUE_FULL',
    says: 'was not read, because too many files are waiting. Post it again in a few minutes.',
    retryable: true,
  },
  stopped: { code: 'CANCELLED', says: 'was not read to its end: the reading was stopped.' },
};

/** The error for a file that could not be read, whatever its kind. */
export function parseError(failure: ParseFailure, name: string, cause?: unknown): DocentError {
  const { code, says, retryable } = failures[failure];
  return new DocentError(code, { userMessage: `${shownName(name)} ${says}`, retryable: retryable ?? false, cause });
}

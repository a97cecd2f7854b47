import { DocentError } from '../../core/errors.js';

/** What is wrong with the server. */
export interface Problem {
  /** What is seen, after the server's name. */
  readonly says: string;
  readonly fix: string;
  /** Whether waiting may help. */
  readonly retryable: boolean;
}

const MAX_WORDS_CHARACTERS = 300;

const REFUSED: Problem = { says: 'refuses what it was asked', fix: 'Look at its log.', retryable: false };
const STRANGE: Problem = {
  says: 'gives answers that are not those of Chroma',
  fix: 'Try again; if it stays, check that CHROMA_URL leads to Chroma.',
  retryable: true,
};

/** The client's errors, by the names they go by. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  ChromaAuthError: {
    says: "refuses Docent's credentials",
    fix: 'Set CHROMA_TOKEN and CHROMA_TOKEN_HEADER, or CHROMA_USERNAME and CHROMA_PASSWORD, to what it asks for.',
    retryable: false,
  },
  ChromaForbiddenError: {
    says: "does not let Docent's credentials do this",
    fix: 'Give them the right to read and write in the database, or set others.',
    retryable: false,
  },
  ChromaNotFoundError: {
    says: 'does not know what it was asked for',
    fix: 'Try again; if it stays, check that CHROMA_URL leads to a Chroma of version 1.',
    retryable: true,
  },
  ChromaRateLimitError: { says: 'is asked too often', fix: 'Try again in a moment.', retryable: true },
  ChromaServerError: { says: 'failed', fix: 'Try again in a moment; if it stays, look at its log.', retryable: true },
  ChromaClientError: REFUSED,
  ChromaValueError: REFUSED,
  ChromaUniqueError: REFUSED,
  ChromaQuotaExceededError: REFUSED,
};

/** Where a call went, and how long it was given. */
export interface CallFacts {
  readonly url: string;
  readonly deadlineMs: number;
}

/** What an error of the client means. */
export function problemOf(error: unknown, { url, deadlineMs }: CallFacts): Problem {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError') return silent(deadlineMs);
  if (name === 'ChromaConnectionError') return unreachable(url);
  return PROBLEMS[name] ?? STRANGE;
}

/** The error that tells people about a problem with the server at that address. Its cause holds nothing that the server said. */
export function engineError(url: string, { says, fix, retryable }: Problem, cause: unknown): DocentError {
  return new DocentError('ENGINE_UNAVAILABLE', {
    userMessage: `Search by meaning is away: Chroma at ${url} ${says}. ${fix}`,
    retryable,
    cause: withoutWords(cause),
  });
}

/** Errors of the client, and of its JSON parser, that repeat what the server said. */
const WORDED = new Set(['ChromaClientError', 'ChromaServerError', 'ChromaQuotaExceededError', 'SyntaxError']);

/** What Chroma's errors are about, where that says what to do. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/dimension/i, 'about the dimensions of vectors'],
  [/too large|max(?:imum)? batch size|length limit/i, 'about too much at once'],
  [/no space left|disk/i, 'about its disk'],
  [/readonly|read-only/i, 'about a database that it can only read'],
];

/** The error without the server's words, which may repeat a document's: they go into a log with it. */
function withoutWords(error: unknown): unknown {
  if (!(error instanceof Error) || !WORDED.has(error.name)) return error;
  const words = error.message.slice(0, MAX_WORDS_CHARACTERS);
  const about = KNOWN.find(([pattern]) => pattern.test(words))?.[1];
  const told = new Error(about ?? "for a reason that Chroma's own log has");
  told.name = error.name;
  return told;
}

/** The client does not tell why: a certificate that is not trusted looks like a server that is down. */
function unreachable(url: string): Problem {
  const start = 'Start it, or correct CHROMA_URL';
  const trust = '; if its certificate is of an authority of your own, name that in NODE_EXTRA_CA_CERTS';
  return {
    says: 'cannot be reached',
    fix: `${start}${url.toLowerCase().startsWith('https:') ? trust : ''}.`,
    retryable: true,
  };
}

function silent(deadlineMs: number): Problem {
  return {
    says: `did not answer within ${deadlineMs / 1_000} seconds`,
    fix: 'Try again in a moment; if it stays, restart it, or raise CHROMA_TIMEOUT_SECONDS.',
    retryable: true,
  };
}

/** Whether an error of a call says that the collection, or its database, is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof DocentError && error.cause instanceof Error && error.cause.name === 'ChromaNotFoundError';
}

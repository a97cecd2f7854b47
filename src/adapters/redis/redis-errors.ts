import { DocentError } from '../../core/errors.js';
import { temporarilyUnavailable } from '../../core/store-deadline.js';

/** Refusals that no waiting heals, with what to do. */
const REFUSALS: readonly (readonly [start: string, fix: string])[] = [
  ['WRONGPASS', 'It refuses the user or password: check REDIS_URL, REDIS_USERNAME and REDIS_PASSWORD.'],
  ['NOAUTH', 'It wants a password: set it in REDIS_URL or REDIS_PASSWORD.'],
  ['ERR invalid password', 'It refuses the password: check REDIS_URL and REDIS_PASSWORD.'],
  [
    'NOPERM',
    "Docent's user may not do that: give it all commands, Docent's keys and all channels (ACL SETUSER … +@all ~* &*).",
  ],
  ['OOM', 'Its memory is full: raise maxmemory. Documents can be removed once it takes writes again.'],
  ['MISCONF', 'It cannot save to disk: check that its disk is not full.'],
  ['ERR DB index is out of range', 'It has no database of that number: correct the end of REDIS_URL.'],
];

/** Before version 7 Redis puts this in front of what it refused a command of a script with. */
const SCRIPT_FAILED = /^ERR Error running script \(.*?: -(?=[A-Z]+ )/;

/** Node's codes for a certificate that it does not take, with what to do. */
const CERTIFICATES: readonly (readonly [code: RegExp, fix: string])[] = [
  [
    /^ERR_TLS_CERT_ALTNAME_/,
    'Its TLS certificate is for another host name: reach it by a name that stands in the certificate, or give it one that names this host.',
  ],
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    'Its TLS certificate is not valid at this time: renew it, or set the clock of the machine right.',
  ],
  [
    /^(?:CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF))/,
    'Its TLS certificate is not trusted: name the authority that vouches for it with REDIS_CA_FILE.',
  ],
];

/** What to do about a refusal that no waiting heals; undefined for other errors. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error) ?? '';
  const [, fix] =
    CERTIFICATES.find(([pattern]) => pattern.test(code)) ??
    REFUSALS.find(([start]) => replyOf(error).startsWith(start)) ??
    [];
  return fix;
}

/** What Redis said, in a script or outside of one: it begins with the error's code, such as `READONLY`. */
export function replyOf({ message }: Error): string {
  return message.replace(SCRIPT_FAILED, '');
}

/**
 * `ENGINE_UNAVAILABLE`, retryable, for whatever ioredis throws. What to do about a refusal is the operator's business: it
 * stands in the cause, for the log, and in health. The cause keeps name, code and message alone: ioredis' errors carry the
 * command with its arguments, which may be a password or a member's text.
 */
export function toEngineError(error: unknown): DocentError {
  if (error instanceof DocentError) return error;
  const cause = withoutArguments(error);
  const fix = refusalOf(error);
  if (fix !== undefined) cause.message = `${cause.message.replace(/\.$/, '')}. ${fix}`;
  return temporarilyUnavailable(cause);
}

/** The last node's error, where a Cluster's says only that all nodes failed. */
export function errorOfNode(error: Error): Error {
  return 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
}

/** The error without the command that it came from. */
export function withoutArguments(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('Redis failed with something that is no error');
  const bare = new Error(error.message);
  bare.name = error.name;
  const code = codeOf(error);
  return code === undefined ? bare : Object.assign(bare, { code });
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

import { webApi } from '@slack/bolt';
import { z } from 'zod';
import { DocentError, type ErrorCode } from '../../../core/errors.js';

/** Slack did not do what it was asked to. */
export class SlackRefusal extends DocentError {
  readonly method: string;
  /** Slack's own word such as `not_in_channel`; `rate_limited`; or `unclear` when nobody knows whether it was done. */
  readonly reason: string;

  constructor(method: string, reason: string, cause: unknown) {
    const { code, userMessage, retryable = false } = meaningOf(method, reason, cause);
    super(code, { userMessage, retryable, cause });
    this.name = 'SlackRefusal';
    this.method = method;
    this.reason = reason;
  }
}

/** Whether Slack refused with one of these words. */
export function isRefused(error: unknown, ...reasons: readonly string[]): error is SlackRefusal {
  return error instanceof SlackRefusal && (reasons.length === 0 || reasons.includes(error.reason));
}

/** Slack's words for a failure of its own, which may have come when the call was done already. */
const UNCLEAR: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
]);

/** Whether Slack answered that it failed itself: nobody knows whether it did what it was asked to. */
export function isUnclear(error: unknown): boolean {
  return error instanceof webApi.WebAPIPlatformError && UNCLEAR.has(error.data.error);
}

/** What a call of the Web API threw, as a refusal. */
export function refusalOf(method: string, error: unknown): SlackRefusal {
  if (error instanceof SlackRefusal) return error;
  if (isUnclear(error)) return new SlackRefusal(method, 'unclear', error);
  if (error instanceof webApi.WebAPIPlatformError) return new SlackRefusal(method, error.data.error, error);
  if (error instanceof webApi.WebAPIRateLimitedError) return new SlackRefusal(method, 'rate_limited', error);
  return new SlackRefusal(method, 'unclear', error);
}

/** Slack's words for a place that takes no message of Docent's, or none any more. */
export const CLOSED = [
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'thread_not_found',
] as const;

/** Slack's words for a token that opens nothing any more. */
export const DEAD_TOKEN = [
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
] as const;

/** Those of them that only a new token mends, whatever was asked. */
export const REFUSED_TOKEN = ['account_inactive', 'invalid_auth', 'token_expired', 'token_revoked'] as const;

interface Meaning {
  readonly code: ErrorCode;
  readonly userMessage: string;
  readonly retryable?: boolean;
}

const unavailable = (userMessage: string): Meaning => ({ code: 'CHANNEL_UNAVAILABLE', userMessage });

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['not_in_channel', unavailable('I am not in this channel. Invite me with /invite and my name, then try again.')],
  ['channel_not_found', unavailable('I cannot see this channel. Invite me with /invite and my name, then try again.')],
  ['is_archived', unavailable('This channel is archived. Ask me in another one, or write to me directly.')],
  ['restricted_action', unavailable('I may not post in this channel. Ask an admin of this workspace to allow it.')],
  ['thread_not_found', unavailable('The message that you wrote to me is gone.')],
  ['expired_trigger_id', tooLate()],
  ['exchanged_trigger_id', tooLate()],
  ...DEAD_TOKEN.map(
    (word) => [word, unavailable('Docent is no longer installed in this Slack workspace. Install it again.')] as const,
  ),
]);

function tooLate(): Meaning {
  return { code: 'TIMED_OUT', userMessage: 'Slack did not wait for the form to open. Do the same once more.' };
}

function meaningOf(method: string, reason: string, cause: unknown): Meaning {
  const known =
    MEANINGS.get(reason) ?? (reason.startsWith('restricted_action') ? MEANINGS.get('restricted_action') : undefined);
  if (known !== undefined) return known;
  if (reason === 'missing_scope')
    return {
      code: 'ACCESS_DENIED',
      userMessage: `The Slack app lacks the permission ${neededScope(cause)}. Somebody who manages it adds that scope and installs it again.`,
    };
  // While a workspace moves into an organisation, Slack refuses now and then.
  if (/^(?:unclear|rate_?limited|team_added_to_org)$/.test(reason))
    return {
      code: 'ENGINE_UNAVAILABLE',
      userMessage: 'Slack does not answer right now. Try again in a moment.',
      retryable: true,
    };
  return {
    code: 'INTERNAL',
    userMessage: `Slack refused what I tried to do (${method}: ${reason}). Tell the operator of this Docent.`,
  };
}

const neededSchema = z.object({ needed: z.string() });

function neededScope(cause: unknown): string {
  const data: unknown = cause instanceof webApi.WebAPIPlatformError ? cause.data : undefined;
  return neededSchema.safeParse(data).data?.needed ?? 'for this';
}

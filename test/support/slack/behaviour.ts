/** How a call of the Web API goes wrong. */
export type Fault =
  /** 429 with `Retry-After`; nothing is applied. */
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  /** Another status than 200; nothing is applied. */
  | { readonly kind: 'status'; readonly status: number }
  /** `{ok: false, error}`; nothing is applied. */
  | { readonly kind: 'error'; readonly error: string }
  /** The connection is torn down before anything is applied. */
  | { readonly kind: 'cut-before' }
  /** The request is applied and the connection is torn down before the reply. */
  | { readonly kind: 'cut-after' }
  /** The request is applied and its reply is 500. */
  | { readonly kind: 'status-after'; readonly status: number }
  /** The request is applied, and its reply is `{ok: false, error}` all the same. */
  | { readonly kind: 'error-after'; readonly error: string }
  /** The request waits for this before it is looked at. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> };

/** A fault for the next calls that match. */
export interface PlannedFault {
  /** The method, such as `chat.postMessage`; every one when undefined. */
  readonly method?: string;
  readonly fault: Fault;
  /** Matching calls that pass before it strikes. Default: 0. */
  readonly after?: number;
  /** Calls that it strikes, one behind the other. Default: 1. */
  readonly times?: number;
}

/** What OAuth's consent page does. */
export interface Consent {
  /** The workspace that is chosen there. */
  readonly teamId?: string;
  /** The organisation, for an org-wide installation. */
  readonly enterpriseId?: string;
  readonly userId: string;
  /** The person presses Cancel. */
  readonly isRefused?: boolean;
}

/** What the stand-in does beside what Slack does; a test sets it at any time. */
export interface Behaviour {
  /** Faults of the Web API; each is dropped when it has struck often enough. */
  faults: PlannedFault[];
  /** `app_mention` events bring the files of the message. Slack's sometimes do not. */
  mentionsBringFiles: boolean;
  /** Of a mention, only `message` arrives, or only `app_mention`, or both. */
  mentionEvents: 'both' | 'message' | 'app_mention';
  /** `chat.startStream` is refused with `feature_not_enabled`, as on GovSlack. */
  streamingIsEnabled: boolean;
  /** One message a second and channel; more is 429. */
  limitsPostsPerChannel: boolean;
  /** How long Slack looks through an upload before a block may show it, in milliseconds of its clock. */
  uploadScanMs: number;
  /** Posts and edits of the app itself come back to it as events, as on Slack. */
  echoesOwnMessages: boolean;
  /** Tokens end after twelve hours: token rotation is on in the app. */
  rotatesTokens: boolean;
  /** Who consents to an installation, and where; nobody when undefined. */
  consent: Consent | undefined;
  /** Signs deliveries with this in place of the app's signing secret. */
  signingSecret: string | undefined;
  /** How old a delivery's timestamp is, in seconds, on the machine's clock, which Bolt compares it with. */
  signatureAgeSeconds: number;
}

/** Nothing goes wrong. */
export function ordinaryBehaviour(): Behaviour {
  return {
    faults: [],
    mentionsBringFiles: true,
    mentionEvents: 'both',
    streamingIsEnabled: true,
    limitsPostsPerChannel: false,
    uploadScanMs: 300,
    echoesOwnMessages: true,
    rotatesTokens: false,
    consent: undefined,
    signingSecret: undefined,
    signatureAgeSeconds: 0,
  };
}
